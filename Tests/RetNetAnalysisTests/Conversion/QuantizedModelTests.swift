import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetTraining

@Suite("Models of int8 and int4")
struct QuantizedModelTests {
  static let types = [WeightType.int8, .int4]
  private let root: TemporaryFolder

  init() throws { root = try TemporaryFolder() }

  /// Rows of a complete and a partial group, and an MLP with an odd number of columns.
  static let shape = ModelConfiguration(
    vocabularySize: 41, modelDim: 96, layers: 2, heads: 2, keyValueHeads: 1, feedForwardDim: 65)

  /// A model with weights large enough for distinct logits.
  static func model(_ shape: ModelConfiguration = shape) -> RetNetModel {
    let model = RetNetModel(shape, seed: 6)
    let scaled = model.architecture.layout.entries.flatMap { entry in
      model.parameters.values(entry.parameter).map { entry.shape.count > 1 ? 4 * $0 : $0 }
    }
    return RetNetModel(model.architecture, copying: scaled)
  }

  private func path(_ name: String) -> String { root.url.path + "/" + name }

  @discardableResult
  private func convert(
    _ from: String, _ to: String, _ type: WeightType?,
    shardBytes: Int = ShardedWeights.defaultShardBytes
  ) throws -> ModelConversion.Report {
    var options = ModelConversion.Options()
    (options.type, options.shardBytes) = (type, shardBytes)
    return try ModelConversion(from: path(from), to: path(to), options).run()
  }

  private func object(_ folder: String) throws -> [String: Any] {
    let json = try Data(contentsOf: URL(fileURLWithPath: path(folder) + "/config.json"))
    return try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
  }

  private func write(_ object: [String: Any], _ folder: String) throws {
    try JSONSerialization.data(withJSONObject: object).write(
      to: URL(fileURLWithPath: path(folder) + "/config.json"))
  }

  private func values(_ model: RetNetModel) -> [[Float]] {
    model.architecture.layout.entries.map { model.parameters.values($0.parameter) }
  }

  @Test(
    "A converted folder equals the model in memory, loads in its stored types, and converts back",
    arguments: types)
  func roundTrip(_ type: WeightType) throws {
    let model = Self.model()
    try model.save(to: path("source"), type: .f32)
    try convert("source", "target", type)
    let files = try TensorFiles(folder: path("target"))
    for entry in model.architecture.layout.entries {
      let info = try #require(files.info(entry.name))
      let scales = files.info(entry.name + "_scale")
      guard entry.shape.count > 1 else {
        #expect(info.type == .f32)
        #expect(info.shape == entry.shape)
        #expect(scales == nil)
        continue
      }
      let (rows, columns) = (entry.shape[0], entry.shape[1])
      let isWayInOrOut = ["model.embeddings.weight", "lm_head.weight"].contains(entry.name)
      let halves = type == .int4 && columns % 2 == 0 && !isWayInOrOut
      #expect(info.type == (halves ? .u8 : .i8), "\(entry.name)")
      #expect(info.shape == [rows, halves ? columns / 2 : columns], "\(entry.name)")
      #expect(scales?.type == .bf16)
      #expect(scales?.shape == [rows, (columns + 63) / 64])
    }
    let configuration = try object("target")
    #expect(configuration["torch_dtype"] as? String == "bfloat16")
    let key = try #require(configuration["quantization"] as? [String: Any])
    #expect(key["type"] as? String == type.rawValue)
    #expect(key["group"] as? Int == 64)
    #expect(key.count == 2)

    let (loaded, report) = try RetNetModel.loadReporting(from: path("target"))
    #expect(report.quantization == type)
    #expect(loaded.parameters.block == nil)
    #expect(loaded.parameters.allocatedBytes < 4 * 2000)
    #expect(values(loaded) == values(type == .int4 ? loaded : model.storing(type)))
    #expect(
      try values(RetNetModel.load(from: path("target"), storage: .expanded)) == values(loaded))

    try convert("target", "same", nil)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: path("same/model.safetensors")))
        == Data(contentsOf: URL(fileURLWithPath: path("target/model.safetensors"))))
    try convert("target", "shards", nil, shardBytes: 3000)
    #expect(try values(RetNetModel.load(from: path("shards"))) == values(loaded))
    try convert("shards", "back", .f32)
    #expect(try object("back")["quantization"] == nil)
    #expect(try object("back")["torch_dtype"] as? String == "float32")
    #expect(try values(RetNetModel.load(from: path("back"))) == values(loaded))
  }

  @Test("A model in memory is rounded like its folder, except for odd rows", arguments: types)
  func inMemory(_ type: WeightType) throws {
    var shape = Self.shape
    shape.feedForwardDim = 64
    let model = Self.model(shape)
    try model.save(to: path("source"), type: .f32)
    try convert("source", "target", type)
    #expect(try values(RetNetModel.load(from: path("target"))) == values(model.storing(type)))
  }

  @Test(
    "Logits change as much as under random changes of each weight within half a step of its group", arguments: types)
  func logits(_ type: WeightType) throws {
    let model = Self.model()
    let tokens = [(0..<50).map { $0 * 7 % 41 }]
    let rounded = model.storing(type)
    let exact = try run(model, tokens, .parallel)
    // If q·k is nearly zero, the group norm amplifies errors. The median over tokens excludes these.
    func distance(_ a: [Float], _ b: [Float]) -> Double {
      var squares = [Double](repeating: 0, count: a.count / 41)
      for i in 0..<a.count {
        let difference = Double(a[i] - b[i])
        squares[i / 41] += difference * difference
      }
      return squares.sorted()[squares.count / 2].squareRoot()
    }
    let expected = try (1...5).map { distance(try run(moved(model, type, seed: $0), tokens, .parallel), exact) }.max()
    let found = try run(rounded, tokens, .parallel)
    #expect(distance(found, exact) > 0)
    #expect(distance(found, exact) < 2 * (expected ?? 0))
    // x is rounded in the same groups and steps as 8-bit weights, so it changes the logits about as much.
    let same = try run(rounded.storing(.f32), tokens, .parallel)
    let movedIn8 = try distance(run(moved(model, .int8, seed: 1), tokens, .parallel), exact)
    #expect(distance(found, same) > 0)
    #expect(distance(found, same) < 2 * movedIn8)
  }

  /// The model with uniform errors of up to half a step. A group's largest number is 127 steps, or 7.5 in 4 bits.
  private func moved(_ model: RetNetModel, _ type: WeightType, seed: UInt64) -> RetNetModel {
    var generator = SeededGenerator(seed: seed)
    let weights = model.architecture.layout.entries.flatMap { entry in
      var values = model.parameters.values(entry.parameter)
      guard entry.shape.count > 1 else { return values }
      let steps: Float = type.element(of: entry.parameter, in: model.architecture) == .int8 ? 127 : 7.5
      for row in stride(from: 0, to: values.count, by: entry.shape[1]) {
        for start in stride(from: row, to: row + entry.shape[1], by: 64) {
          let group = start..<min(start + 64, row + entry.shape[1])
          let step = values[group].reduce(0) { max($0, abs($1)) } / steps
          for i in group { values[i] += Float.random(in: -0.5...0.5, using: &generator) * step }
        }
      }
      return values
    }
    return RetNetModel(model.architecture, copying: weights)
  }

  @Test("All forms, and single steps, agree to rounding", arguments: types, [true, false])
  func forms(_ type: WeightType, _ tied: Bool) throws {
    var shape = Self.shape
    shape.tiedHead = tied
    let model = Self.model(shape).storing(type)
    let tokens = [(0..<70).map { $0 * 11 % 41 }, (0..<70).map { $0 * 3 % 41 }]
    let parallel = try run(model, tokens, .parallel)
    for form in [
      RetentionForm.recurrent, .chunkwise(length: 1), .chunkwise(length: 16),
      .chunkwise(length: 64),
    ] {
      let error = maxRelativeError(try run(model, tokens, form), parallel)
      // Float32 rounding changes x before it is rounded to 8 bits: a few numbers change by a step, 2⁻⁷ of the largest.
      #expect(error < 0.01, "\(form)")
    }
    let inference = Inference(model)
    var (state, stepped) = (model.makeState(), [Float]())
    for token in tokens[0] {
      stepped += try inference.step(token, norms: model.norms, state: &state)
    }
    #expect(maxRelativeError(stepped, parallel.prefix(stepped.count)) < 0.01)
  }

  private func run(_ model: RetNetModel, _ tokens: [[Int]], _ form: RetentionForm) throws -> [Float] {
    var state = model.makeState(batch: tokens.count)
    return try Inference(model).logits(tokens, form: form, norms: model.norms, state: &state)
  }

  @Test("The loss of a text equals that of the same numbers in Float32", arguments: types, [0, 4096])
  func evaluation(_ type: WeightType, longest: Int) throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer).storing(type)
    let text = try root.write("text.txt", "the cat saw\nthe dog\n\nwhere is home?\n\nwho\n")
    func loss(_ model: RetNetModel, threads: Int) throws -> Double {
      try Evaluation(
        model: model, tokenizer: tokenizer, form: .chunkwise(length: 3), threads: threads,
        longest: longest
      ).loss(on: text, as: .passages).nats
    }
    let expected = try loss(model.storing(.f32), threads: 1)
    for threads in [1, 2] {
      let found = try loss(model, threads: threads)
      // Activations of 8 bits.
      #expect(abs(found - expected) < 0.01 * expected)
    }
  }

  @Test("Training starts from the dequantized weights", arguments: types)
  func training(_ type: WeightType) throws {
    let model = Self.model()
    try model.save(to: path("source"), type: .f32)
    try convert("source", "target", type)
    let loaded = try RetNetModel.load(from: path("target"))
    #expect(TrainedNetwork(loaded).parameters.values == values(loaded).flatMap { $0 })
  }

  @Test(
    "torchscale's names and its copy of a shared weight keep their scales beside them",
    arguments: types)
  func torchscale(_ type: WeightType) throws {
    var shape = Self.shape
    (shape.dialect, shape.tiedHead, shape.groupNormWeights, shape.keyValueHeads) = (
      .torchscale, true, false, 2
    )
    let model = Self.model(shape)
    try model.save(to: path("source"), type: .f32)
    var tensors = model.architecture.layout.entries.map {
      SafetensorsWriter.Tensor(
        name: "decoder." + $0.name, type: .f32, shape: $0.shape,
        source: .floats(model.parameters.values($0.parameter)))
    }
    let embedding = model.parameters.values(model.architecture.embedding)
    tensors.append(
      .init(
        name: "decoder.output_projection.weight", type: .f32, shape: [41, 96],
        source: .floats(embedding)))
    try SafetensorsWriter.write(tensors, to: path("source/model.safetensors"))
    try convert("source", "target", type)
    #expect(
      try TensorFiles(folder: path("target")).info("decoder.output_projection.weight_scale")?.shape
        == [41, 2])
    let loaded = try RetNetModel.load(from: path("target"))
    try convert("target", "back", .f32)
    #expect(try values(RetNetModel.load(from: path("back"))) == values(loaded))
  }

  @Test(
    "Errors name missing scales, scales of another shape or type, and weights of another shape"
  )
  func wrongTensors() throws {
    try Self.model().save(to: path("source"), type: .f32)
    try convert("source", "target", .int4)
    let name = "model.layers.1.attn.q_proj.weight"
    let files = try TensorFiles(folder: path("target"))
    func load(_ change: (inout [SafetensorsWriter.Tensor]) -> Void) throws {
      var tensors = try files.names.map { name in
        let (info, bytes) = try files.mapped(name)
        return SafetensorsWriter.Tensor(
          name: name, type: info.type, shape: info.shape, source: .bytes(Array(bytes)))
      }
      change(&tensors)
      try FileManager.default.createDirectory(
        atPath: path("changed"), withIntermediateDirectories: true)
      try SafetensorsWriter.write(tensors, to: path("changed/model.safetensors"))
      try write(object("target"), "changed")
      _ = try RetNetModel.load(from: path("changed"))
    }
    func place(_ tensors: [SafetensorsWriter.Tensor], _ name: String) -> Int {
      tensors.firstIndex { $0.name == name }!
    }
    let scale = name + "_scale"
    try load { _ in }
    #expect(
      throws: CheckpointError.missingTensor(name: scale, path: path("changed/model.safetensors"))
    ) {
      try load { $0.remove(at: place($0, scale)) }
    }
    #expect(throws: CheckpointError.shapeMismatch(name: scale, expected: [96, 2], found: [2, 96])) {
      try load { $0[place($0, scale)].shape = [2, 96] }
    }
    #expect(throws: CheckpointError.wrongType(name: scale, expected: [.bf16], found: .f16)) {
      try load { $0[place($0, scale)].type = .f16 }
    }
    #expect(
      throws: CheckpointError.shapeMismatch(name: name, expected: [96, 48], found: [48, 96])
    ) {
      try load { $0[place($0, name)].shape = [48, 96] }
    }
    #expect(
      throws: CheckpointError.shapeMismatch(name: name, expected: [96, 96], found: [96, 48])
    ) {
      try load { $0[place($0, name)].type = .i8 }
    }
    // A row of 65 columns has the bytes of one of 66.
    let odd = "model.layers.0.mlp.down_proj.weight"
    #expect(
      throws: CheckpointError.wrongType(name: odd, expected: SafetensorsFile.floatTypes, found: .u8)
    ) {
      try load { $0[place($0, odd)].type = .u8 }
    }
  }

  @Test("Integers without the key, and a key that does not match, are refused by name")
  func wrongConfigurations() throws {
    try Self.model().save(to: path("source"), type: .f32)
    try convert("source", "target", .int8)
    let configuration = try object("target")
    func load(_ quantization: Any?) throws {
      var changed = configuration
      changed["quantization"] = quantization
      try write(changed, "target")
      _ = try RetNetModel.load(from: path("target"))
    }
    #expect(
      throws: CheckpointError.wrongType(
        name: "model.embeddings.weight", expected: SafetensorsFile.floatTypes, found: .i8)
    ) { try load(nil) }
    func refused(_ key: String, _ found: String, _ expected: String, _ quantization: Any) {
      #expect(throws: ModelError.configuration(key: key, found: found, expected: expected)) {
        try load(quantization)
      }
    }
    refused("quantization", "\"int8\"", "an object", "int8")
    refused(
      "quantization.type", "\"int2\"", "\"int8\" or \"int4\"",
      ["type": "int2", "group": 64] as [String: Any])
    refused("quantization.type", "missing", "\"int8\" or \"int4\"", ["group": 64])
    refused(
      "quantization.group", "32", "64, the columns that share a scale",
      ["type": "int8", "group": 32] as [String: Any])
    refused("quantization.group", "missing", "64, the columns that share a scale", ["type": "int8"])
    refused(
      "quantization.bits", "8", "no key but type and group",
      ["type": "int8", "group": 64, "bits": 8] as [String: Any])
    var foreign = configuration
    (foreign["quantization"], foreign["quantization_config"]) = (nil, ["quant_method": "gptq"])
    try write(foreign, "target")
    #expect(
      throws: ModelError.unsupported(
        feature: "quantized weights of this kind", key: "quantization_config", found: "an object")
    ) { _ = try RetNetModel.load(from: path("target")) }
  }

  @Test("Summaries are those of the dequantized numbers", arguments: types)
  func summaries(_ type: WeightType) throws {
    try Self.model().save(to: path("source"), type: .f32)
    try convert("source", "target", type)
    let loaded = try RetNetModel.load(from: path("target"))
    let summaries = try TensorSummary.summaries(of: TensorFiles(folder: path("target")))
    for entry in loaded.architecture.layout.entries {
      let summary = try #require(summaries.first { $0.name == entry.name })
      let values = loaded.parameters.values(entry.parameter)
      let squares = values.reduce(0.0) { $0 + Double($1) * Double($1) }
      #expect(summary.count == entry.count)
      #expect(summary.isFinite)
      #expect(summary.maximum == values.reduce(0) { max($0, abs($1)) })
      #expect(abs(summary.rootMeanSquare - (squares / Double(values.count)).squareRoot()) < 1e-12)
    }
    #expect(
      summaries.reduce(0) { $0 + $1.byteCount }
        == (try TensorFiles(folder: path("target")).byteCount))
  }
}
