import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Conversion between number types")
struct ModelConversionTests {
  private let root: TemporaryFolder

  init() throws { root = try TemporaryFolder() }

  private var source: String { root.url.path + "/source" }
  private var target: String { root.url.path + "/target" }

  private static let shape = ModelConfiguration(
    vocabularySize: 11, modelDim: 8, layers: 2, heads: 2, keyValueHeads: 1, feedForwardDim: 8)

  @discardableResult
  private func convert(
    _ from: String, _ to: String, _ change: (inout ModelConversion.Options) -> Void = { _ in }
  ) throws -> ModelConversion.Report {
    var options = ModelConversion.Options()
    change(&options)
    return try ModelConversion(from: from, to: to, options).run()
  }

  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  private func object(_ path: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: bytes(path)) as? [String: Any])
  }

  @Test("Widening and narrowing preserves every 16-bit pattern, including NaN")
  func everyPattern() {
    let patterns = (0...UInt16.max).map { $0 }
    for type in [TensorType.bf16, .f16] {
      var back = [UInt16](repeating: 1, count: patterns.count)
      patterns.withUnsafeBytes { bytes in
        let numbers = StoredTensor(type: type, bytes: bytes)
        let wide = [Float](unsafeUninitializedCapacity: numbers.count) { buffer, count in
          if let base = buffer.baseAddress { numbers.widen(0..<numbers.count, into: base) }
          count = numbers.count
        }
        wide.withUnsafeBufferPointer { wide in
          back.withUnsafeMutableBytes { if let to = $0.baseAddress { FloatNarrowing.write(wide, as: type, into: to) } }
        }
      }
      #expect(back == patterns)
    }
  }

  @Test(
    "bf16 to f32 and back gives the same bytes; each type's numbers are those of the type", arguments: [true, false])
  func roundTrip(_ tied: Bool) throws {
    var shape = Self.shape
    shape.tiedHead = tied
    try RetNetModel(shape, seed: 5).save(to: source, type: .bf16)
    try convert(source, target) { $0.type = .f32 }
    try convert(target, root.url.path + "/back") { $0.type = .bf16 }
    #expect(try bytes(root.url.path + "/back/model.safetensors") == bytes(source + "/model.safetensors"))
    #expect(try object(target + "/config.json")["torch_dtype"] as? String == "float32")
    #expect(try object(root.url.path + "/back/config.json")["torch_dtype"] as? String == "bfloat16")
    try convert(target, root.url.path + "/half") { $0.type = .f16 }
    let (wide, half) = (try TensorFiles(folder: target), try TensorFiles(folder: root.url.path + "/half"))
    #expect(half.names.allSatisfy { half.info($0)?.type == .f16 })
    #expect(Set(half.names) == Set(wide.names))
    for name in wide.names {
      // Half a unit of the 11th significant bit, or of the type's smallest step.
      for (x, y) in zip(try wide.doubles(name), try half.doubles(name)) {
        #expect(abs(x - y) <= max(abs(x) * 0x1p-11, 0x1p-25))
      }
    }
  }

  @Test("A number out of the new type's range is an error that names the tensor, and no file is written")
  func beyondRange() throws {
    let model = RetNetModel(Self.shape, seed: 5)
    let entry = model.architecture.layout.entries[model.architecture.blocks[1].mlp.up.weight.index]
    model.parameters.withMutablePointer { $0[entry.offset + 3] = -65_520 }
    try model.save(to: source, type: .f32)
    let error = #expect(
      throws: ConversionError.beyondRange(tensor: entry.name, value: -65_520, type: .f16)
    ) { try convert(source, target) { $0.type = .f16 } }
    #expect(
      error.map { "\($0)" }
        == "Tensor 'model.layers.1.mlp.up_proj.weight' holds -65520.0, which is beyond the range of F16. "
        + "Nothing was written. Use --type bf16, which has the range of f32.")
    #expect(!FileManager.default.fileExists(atPath: target))
    model.parameters.withMutablePointer { $0[entry.offset + 3] = -65_519 }  // rounds to 65,504
    try model.save(to: source, type: .f32)
    try convert(source, target) { $0.type = .f16 }
    #expect(try TensorFiles(folder: target).floats(entry.name)[3] == -65_504)
    model.parameters.withMutablePointer { $0[entry.offset + 3] = .greatestFiniteMagnitude }
    try model.save(to: source, type: .f32)
    #expect(throws: ConversionError.self) { try convert(source, root.url.path + "/other") { $0.type = .bf16 } }
  }

  @Test("Shards have the hub's names and index, and are read as one model")
  func shards() throws {
    let model = RetNetModel(Self.shape, seed: 5)
    try model.save(to: source, type: .f32)
    let report = try convert(source, target) { $0.shardBytes = 1000 }
    let count = report.files.filter { $0.hasSuffix(".safetensors") }.count
    #expect(count > 2)
    #expect(report.files.first == "model-00001-of-0000\(count).safetensors")
    let index = try object(target + "/model.safetensors.index.json")
    #expect((index["metadata"] as? [String: Any])?["total_size"] as? Int == 4 * model.parameterCount)
    let files = try TensorFiles(folder: target)
    #expect(files.files.count == count)
    #expect(files.byteCount == report.bytes)
    #expect((index["weight_map"] as? [String: String])?.count == files.names.count)
    for name in files.names {
      // Only a shard with a single tensor may exceed the limit.
      let shard = try SafetensorsFile(path: #require(files.path(of: name)))
      let size = shard.names.reduce(0) { $0 + (shard.info($1)?.byteRange.count ?? 0) }
      #expect(size <= 1000 || shard.names.count == 1)
    }
    try convert(target, root.url.path + "/whole")
    #expect(try bytes(root.url.path + "/whole/model.safetensors") == bytes(source + "/model.safetensors"))
  }

  @Test("config.json keeps notes, and other files of the folder are copied unchanged")
  func companions() throws {
    try RetNetModel(Self.shape, seed: 5).save(to: source, type: .f32)
    var json = try object(source + "/config.json")
    json["_name"] = ["a": [1, 2.5, NSNull()]]
    json["dtype"] = "float32"
    json["torch_dtype"] = nil
    try JSONSerialization.data(withJSONObject: json).write(to: URL(fileURLWithPath: source + "/config.json"))
    let names = ["tokenizer.json", "generation_config.json", "special_tokens_map.json", "README.md"]
    for name in names { try Data(name.utf8).write(to: URL(fileURLWithPath: source + "/" + name)) }
    let report = try convert(source, target) { $0.type = .bf16 }
    json["dtype"] = "bfloat16"
    let written = try object(target + "/config.json")
    func text(_ object: [String: Any]) throws -> Data {
      try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
    }
    #expect(try text(written) == text(json))
    for name in names { #expect(try bytes(target + "/" + name) == Data(name.utf8)) }
    #expect(report.files.last == "config.json")
    #expect(Set(names).isSubset(of: report.files))
    #expect(try Set(FileManager.default.contentsOfDirectory(atPath: target)) == Set(report.files))
  }

  @Test("A folder without a model card gets one that the hub can read, with the model's numbers")
  func card() throws {
    try RetNetModel(Self.shape, seed: 5).save(to: source, type: .f32)
    try convert(source, target) { $0.type = .bf16 }
    let text = String(decoding: try bytes(target + "/README.md"), as: UTF8.self)
    let parts = text.components(separatedBy: "---\n")
    #expect(parts.first == "")
    #expect(
      parts[1] == "license: unknown\npipeline_tag: text-generation\nlibrary_name: fla\ntags:\n- retnet\n- retention\n")
    #expect(parts[2].hasPrefix("\n# target\n"))
    #expect(parts[2].contains("| shape | 2 layers, model width 8, 2 heads of d_k 4 and d_v 8, gated MLP of 8 |"))
    #expect(parts[2].contains("stored as bf16 |"))
    let quantized = ModelCard.text(Self.shape, parameters: 1_234_567, name: "m", origin: "O.", type: .int8)
    #expect(!quantized.contains("library_name"))
    #expect(quantized.contains("| parameters | 1,234,567, stored as int8 |"))
  }

  @Test("torchscale's buffers and its copy of a tied weight are kept; an unused tensor is an error")
  func others() throws {
    var shape = Self.shape
    (shape.dialect, shape.tiedHead, shape.groupNormWeights, shape.keyValueHeads) = (.torchscale, true, false, 2)
    let model = RetNetModel(shape, seed: 5)
    try model.save(to: source, type: .f32)
    var tensors = model.architecture.layout.entries.map {
      SafetensorsWriter.Tensor(
        name: "decoder." + $0.name, type: .f32, shape: $0.shape, source: .floats(model.parameters.values($0.parameter)))
    }
    let embedding = model.parameters.values(model.architecture.embedding)
    tensors.append(
      .init(name: "decoder.output_projection.weight", type: .f32, shape: [11, 8], source: .floats(embedding)))
    tensors.append(
      .init(name: "decoder.retnet_rel_pos.angle", type: .f32, shape: [4], source: .floats([1, 1, 1e-4, 1e-4])))
    try SafetensorsWriter.write(tensors, to: source + "/model.safetensors")
    var options = ModelConversion.Options()
    options.type = .bf16
    _ = try ModelConversion(from: source, to: target, options).run()
    let files = try TensorFiles(folder: target)
    #expect(Set(files.names) == Set(tensors.map(\.name)))
    #expect(files.info("decoder.retnet_rel_pos.angle")?.type == .f32)
    #expect(files.info("decoder.output_projection.weight")?.type == .bf16)
    #expect(try RetNetModel.load(from: target).configuration == shape)

    tensors.append(.init(name: "other", type: .f32, shape: [1], source: .floats([1])))
    try SafetensorsWriter.write(tensors, to: source + "/model.safetensors")
    #expect(throws: CheckpointError.unusedTensors(names: ["other"], path: source + "/model.safetensors")) {
      try ModelConversion(from: source, to: root.url.path + "/other", options)
    }
  }

  @Test("The source, a file and a training run are never overwritten; another model only on request")
  func destination() throws {
    try RetNetModel(Self.shape, seed: 5).save(to: source, type: .f32)
    #expect(throws: ConversionError.sameFolder(path: source + "/.")) { try convert(source, source + "/.") }
    let file = try root.write("file", "x")
    #expect(throws: ConversionError.destinationIsAFile(path: file)) { try convert(source, file) }
    try convert(source, target) { $0.shardBytes = 1000 }
    try Data().write(to: URL(fileURLWithPath: target + "/notes.txt"))
    try Data().write(to: URL(fileURLWithPath: target + "/tokenizer.json"))
    #expect(throws: ConversionError.destinationTaken(folder: target, found: "a model", canOverwrite: true)) {
      try convert(source, target)
    }
    let report = try convert(source, target) { $0.overwrites = true }
    #expect(report.files == ["model.safetensors", "README.md", "config.json"])
    #expect(
      try Set(FileManager.default.contentsOfDirectory(atPath: target))
        == ["README.md", "config.json", "model.safetensors", "notes.txt"])
    try FileManager.default.createDirectory(atPath: target + "/checkpoint", withIntermediateDirectories: true)
    #expect(throws: ConversionError.destinationTaken(folder: target, found: "a training run", canOverwrite: false)) {
      try convert(source, target) { $0.overwrites = true }
    }
  }

  @Test("An interrupted conversion leaves the folder unchanged")
  func interrupted() throws {
    try RetNetModel(Self.shape, seed: 5).save(to: source, type: .f32)
    for pieces in [0, 7] {
      var left = pieces
      #expect(throws: ConversionError.interrupted) {
        _ = try ModelConversion(from: source, to: target).run {
          left -= 1
          return left < 0
        }
      }
      #expect(!FileManager.default.fileExists(atPath: target))
    }
  }

  @Test("An overwritten model keeps its files' permissions and its symbolic links")
  func attributes() throws {
    try RetNetModel(Self.shape, seed: 1).save(to: source, type: .f32)
    try convert(source, target) { $0.type = .bf16 }
    try root.setMode("target/config.json", 0o600)
    try root.setMode("target/model.safetensors", 0o640)
    for (name, place) in [("config.json", "../c.json"), ("model.safetensors", "../w.safetensors")] {
      try FileManager.default.moveItem(atPath: target + "/" + name, toPath: target + "/" + place)
      try root.link("target/" + name, to: place)
    }
    try convert(source, target) {
      $0.type = .f16
      $0.overwrites = true
    }
    #expect(try root.mode("c.json") == 0o600)
    #expect(try root.mode("w.safetensors") == 0o640)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: target + "/config.json") == "../c.json")
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: target + "/model.safetensors") == "../w.safetensors")
    #expect(try SafetensorsFile(path: root.path("w.safetensors")).info("lm_head.weight")?.type == .f16)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: target).sorted()
        == ["README.md", "config.json", "model.safetensors"])
  }

  @Test("A conversion removes the folders that killed conversions left, and no other")
  func leftovers() throws {
    try RetNetModel(Self.shape, seed: 1).save(to: source, type: .f32)
    let ended = try TemporaryFolder.endedProcess()
    let kept = ["convert.\(getpid())-3.partial", "convert.partial", "other.\(ended)-3.partial"]
    for name in kept + ["convert.\(ended)-3.partial"] {
      try FileManager.default.createDirectory(atPath: target + "/" + name, withIntermediateDirectories: true)
      try Data("half".utf8).write(to: URL(fileURLWithPath: target + "/" + name + "/model.safetensors"))
    }
    try convert(source, target)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: target).sorted()
        == (kept + ["README.md", "config.json", "model.safetensors"]).sorted())
  }

  @Test("A destination that another process writes to is refused")
  func twoWriters() throws {
    try RetNetModel(Self.shape, seed: 1).save(to: source, type: .f32)
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
    let other = try FolderLock(target)
    #expect(throws: ConversionError.destinationInUse(folder: target)) { try convert(source, target) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: target).isEmpty)
    withExtendedLifetime(other) {}
  }

  @Test("A tensor larger than a block, and one of F64, are rounded number by number")
  func largeAndDouble() throws {
    var layout = ParameterLayout()
    let parameter = layout.add("t", [3, 700_000])
    // Above the middle of two bf16 neighbours by less than Float32 resolves: rounded once, it rounds up.
    let middle: Double = 257 + 0x1p-40
    let values: [Double] = (0..<2_100_000).map { index in index % 511 == 256 ? middle : Double(index % 511) }
    let path = try root.write("x", [])
    try SafetensorsWriter.write(
      [.init(name: "t", type: .f64, shape: [3, 700_000], source: .doubles(values))], to: path)
    let files = try TensorFiles(path: path)
    let numbers = try files.numbers("t")
    var result: [UInt16] = []
    var pieces = 0
    try ConvertedTensor(layout.entries[0], from: parameter).write(numbers, weight: nil, as: .bf16) { piece in
      result += piece.bindMemory(to: UInt16.self)
      pieces += 1
    }
    #expect(pieces > 1)
    #expect(result.count == values.count)
    #expect(result == values.map { SmallFloat.bfloat(SmallFloat.roundedToOdd($0)) })
    #expect(SmallFloat.float(bfloat: result[256]) == 258)  // 257 + 2^−40, between 256 and 258
  }
}
