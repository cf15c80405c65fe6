import Foundation
import TestSupport
import Testing

@testable import RetNet

@Suite("Safetensors reading")
struct SafetensorsFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ bytes: [UInt8]) throws -> SafetensorsFile {
    try SafetensorsFile(path: folder.write("m.safetensors", bytes))
  }

  @Test("Names, types, shapes and metadata are read for any order and spacing of the header")
  func header() throws {
    let json = """
      { "b\\u00e9\\n\\ud83d\\ude00" : {"shape":[2, 3],"data_offsets" : [8,14],"dtype":"U8"},
      "__metadata__":{"format":"pt","n\\"":"\\\\"}, "a":{"dtype":"F64","shape":[],"data_offsets":[0,8]},
      "none":{"dtype":"F32","shape":[0,7],"data_offsets":[14,14]} }  \n
      """
    let bytes = HandMadeSafetensors.file(json, [0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 1, 2, 3, 4, 5, 6])
    let file = try open(bytes)
    #expect(file.names == ["a", "bé\n😀", "none"])
    #expect(file.metadata == ["format": "pt", "n\"": "\\"])
    let start = bytes.count - 14
    let info = try #require(file.info("bé\n😀"))
    #expect(info == TensorInfo(name: "bé\n😀", type: .u8, shape: [2, 3], byteRange: start + 8..<start + 14))
    #expect(info.count == 6)
    #expect(file.info("c") == nil)
    #expect(try file.doubles("a") == [1.5])
    #expect(try file.integers("bé\n😀") == [1, 2, 3, 4, 5, 6])
    #expect(try file.floats("none") == [])
  }

  @Test("Every integer type and BOOL reads as stored, and U64 beyond Int is an error")
  func integers() throws {
    func read(_ type: String, _ count: Int, _ data: [UInt8]) throws -> [Int] {
      try open(HandMadeSafetensors.tensor(type, [count], data)).integers("t")
    }
    #expect(try read("I64", 2, HandMadeSafetensors.littleEndian([Int64.min, .max])) == [.min, .max])
    #expect(try read("I32", 2, HandMadeSafetensors.littleEndian([Int32.min, 7])) == [-2_147_483_648, 7])
    #expect(try read("I16", 2, HandMadeSafetensors.littleEndian([Int16.min, 7])) == [-32768, 7])
    #expect(try read("I8", 3, [0x80, 0xFF, 0x7F]) == [-128, -1, 127])
    #expect(try read("U32", 1, [0xFF, 0xFF, 0xFF, 0xFF]) == [4_294_967_295])
    #expect(try read("U16", 1, [0xFF, 0xFE]) == [65279])
    #expect(try read("U8", 2, [0, 255]) == [0, 255])
    #expect(try read("BOOL", 2, [0, 1]) == [0, 1])
    #expect(try read("U64", 1, HandMadeSafetensors.littleEndian([UInt64(Int.max)])) == [.max])
    #expect(throws: CheckpointError.integerTooLarge(name: "t", found: 1 << 63)) {
      try read("U64", 1, HandMadeSafetensors.littleEndian([UInt64(1) << 63]))
    }
  }

  @Test("Every float type reads as Float32 and Double, also at unaligned offsets")
  func floats() throws {
    for pad in 0..<8 {
      let data = HandMadeSafetensors.littleEndian([0x3C00, 0xC000, 0x0001] as [UInt16])  // 1, −2, 2^−24
      let json = "{" + HandMadeSafetensors.entry("t", "F16", [3], 0, 6) + "}" + String(repeating: " ", count: pad)
      let file = try open(HandMadeSafetensors.file(json, data))
      #expect(try file.floats("t") == [1, -2, 0x1p-24])
      #expect(try file.doubles("t") == [1, -2, 0x1p-24])
    }
    var file = try open(HandMadeSafetensors.tensor("BF16", [2], [0x80, 0x3F, 0x49, 0x40]))
    #expect(try file.floats("t") == [1, 3.140625])
    #expect(try file.doubles("t") == [1, 3.140625])
    let third = HandMadeSafetensors.littleEndian([(1.0 / 3).bitPattern, Double.infinity.bitPattern])
    file = try open(HandMadeSafetensors.tensor("F64", [2, 1], third))
    #expect(try file.doubles("t") == [1.0 / 3, .infinity])
    #expect(try file.floats("t") == [Float(1) / 3, .infinity])
    file = try open(HandMadeSafetensors.tensor("F32", [1, 2], [0, 0, 0x20, 0xC0, 0, 0, 0xC0, 0x7F]))
    let values = try file.doubles("t")
    #expect(values[0] == -2.5)
    #expect(values[1].isNaN)
    var buffer: [Float] = [0, 0]
    try buffer.withUnsafeMutableBufferPointer { try file.read("t", into: $0) }
    #expect(buffer[0] == -2.5)
    #expect(buffer[1].isNaN)
    #expect(try file.withBytes("t") { Array($0.prefix(4)) } == [0, 0, 0x20, 0xC0])
  }

  @Test("The error for a missing tensor or a wrong type names it and says what to do")
  func missingOrOfAnotherType() throws {
    let file = try open(HandMadeSafetensors.tensor("I8", [1], [1]))
    #expect(throws: CheckpointError.missingTensor(name: "x", path: file.path)) { try file.floats("x") }
    let error = CheckpointError.wrongType(name: "t", expected: [.f64, .f32, .f16, .bf16], found: .i8)
    #expect(throws: error) { try file.floats("t") }
    #expect(throws: error) { try file.doubles("t") }
    #expect(error.description == "Tensor 't' has type I8, expected F64, F32, F16, BF16. Convert the tensor.")
    #expect(
      CheckpointError.shapeMismatch(name: "w", expected: [2, 3], found: [3]).description
        == "Tensor 'w' has shape [3], this model needs [2, 3]. "
        + "Set the model configuration to the one stored with the checkpoint.")
    #expect(
      CheckpointError.missingTensor(name: "w", path: "m").description
        == "'m' has no tensor 'w', which this model needs. Check that weights and configuration belong together.")
  }

  @Test("Reference files have the shapes of their configuration")
  func references() throws {
    let core = try SafetensorsFile(path: Repository.reference("core-small/cases.safetensors"))
    let q = try #require(core.info("q"))
    let v = try #require(core.info("v"))
    #expect(q.shape.count == 4)
    #expect(v.shape.count == 4)
    #expect(Array(q.shape.prefix(3)) == Array(v.shape.prefix(3)))
    #expect(try core.doubles("gamma").count == q.shape[1])
    #expect(try core.doubles("gamma").allSatisfy { (0.9..<1).contains($0) })
    let tied = try SafetensorsFile(path: Repository.reference("fla-bf16-tied/model.safetensors"))
    for name in tied.names {
      let info = try #require(tied.info(name))
      #expect(info.type == .bf16)
      #expect(info.count == info.shape.reduce(1, *))
      #expect(try tied.floats(name).allSatisfy { $0.isFinite })
    }
    #expect(tied.names.contains("model.embeddings.weight"))
  }
}
