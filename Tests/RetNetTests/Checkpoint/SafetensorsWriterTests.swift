import TestSupport
import Testing

@testable import RetNet

@Suite("Safetensors writing")
struct SafetensorsWriterTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("The bytes follow the format: length, JSON padded to 8 bytes, data by descending element size")
  func bytes() throws {
    try SafetensorsWriter.write(
      [
        .init(name: "b", type: .bf16, shape: [2], source: .floats([1, -2])),
        .init(name: "a\"\n", type: .f32, shape: [1, 1], source: .later { .doubles([0.5]) }),
        .init(name: "i", type: .i64, shape: [], source: .integers([-1])),
      ], metadata: ["step": "7", "form": "chunk"], to: folder.path("m"))
    let json =
      "{\"__metadata__\":{\"form\":\"chunk\",\"step\":\"7\"},"
      + "\"i\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
      + "\"a\\\"\\u000a\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[8,12]},"
      + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[12,16]}}"
    let padded = json + String(repeating: " ", count: (8 - json.utf8.count % 8) % 8)
    let data: [UInt8] = [UInt8](repeating: 0xFF, count: 8) + [0, 0, 0, 0x3F, 0x80, 0x3F, 0x00, 0xC0]
    #expect(try folder.bytes("m") == HandMadeSafetensors.file(padded, data))
    #expect(try folder.contents() == ["m"])
  }

  @Test("Floats written in every type read back as rounded to the type")
  func floats() throws {
    let values: [Double] = [0, -0.0, 1, -1.0 / 3, 65504, 65520, 1e-8, 0x1p-149, 1e300, .infinity, -.infinity]
    let narrow = values.map { Float($0) }
    try SafetensorsWriter.write(
      [TensorType.f64, .f32, .f16, .bf16].flatMap { type in
        [
          SafetensorsWriter.Tensor(name: "d" + type.rawValue, type: type, shape: [11], source: .doubles(values)),
          SafetensorsWriter.Tensor(name: "f" + type.rawValue, type: type, shape: [11], source: .floats(narrow)),
        ]
      }, to: folder.path("m"))
    let file = try SafetensorsFile(path: folder.path("m"))
    func bits(_ values: [Double]) -> [UInt64] { values.map(\.bitPattern) }
    #expect(try bits(file.doubles("dF64")) == bits(values))
    #expect(try bits(file.doubles("fF64")) == bits(narrow.map(Double.init)))
    for name in ["dF32", "fF32"] { #expect(try file.floats(name).map(\.bitPattern) == narrow.map(\.bitPattern)) }
    // 1/3 in 11 and 8 significant bits; 65,520 is half a step above the largest half, 1e-8 below half the smallest.
    let half: [Double] = [0, -0.0, 1, -1365.0 / 4096, 65504, .infinity, 0, 0, .infinity, .infinity, -.infinity]
    let third = -171.0 / 512
    let tiny = 171.0 * 0x1p-34  // 1e-8 = 171.8 · 2^−34
    for name in ["dF16", "fF16"] { #expect(try bits(file.doubles(name)) == bits(half)) }
    for name in ["dBF16", "fBF16"] {
      let found = try file.doubles(name)
      #expect(found[3] == third)
      #expect(abs(found[6] - tiny) <= 0x1p-34)
      #expect(found[4] == 65536)
      #expect(found[7] == 0)
      #expect(found[8] == .infinity)
      #expect(found[10] == -.infinity)
    }
  }

  @Test("Integers of every type and raw bytes read back unchanged")
  func integers() throws {
    let types: [TensorType] = [.i64, .i32, .i16, .i8, .u64, .u32, .u16, .u8]
    try SafetensorsWriter.write(
      types.map { .init(name: $0.rawValue, type: $0, shape: [3], source: .integers([0, 5, 127])) }
        + [.init(name: "raw", type: .f8e4m3, shape: [2], source: .bytes([0x7F, 0x01]))], to: folder.path("m"))
    let file = try SafetensorsFile(path: folder.path("m"))
    for type in types { #expect(try file.integers(type.rawValue) == [0, 5, 127]) }
    #expect(try file.withBytes("raw") { Array($0) } == [0x7F, 0x01])
  }

  @Test("Tensors larger than one block are written in order")
  func large() throws {
    let values = (0..<200_001).map { Float($0) }
    try SafetensorsWriter.write(
      [.init(name: "t", type: .f32, shape: [200_001], source: .floats(values))], to: folder.path("m"))
    #expect(try SafetensorsFile(path: folder.path("m")).floats("t") == values)
  }

  @Test("A source that fails leaves the old file unchanged and no temporary file")
  func failure() throws {
    struct Stop: Error {}
    let path = try folder.write("m", "old")
    #expect(throws: Stop.self) {
      try SafetensorsWriter.write(
        [
          .init(name: "a", type: .f32, shape: [1], source: .floats([1])),
          .init(name: "b", type: .f32, shape: [1], source: .later { throw Stop() }),
        ], to: path)
    }
    #expect(try folder.contents() == ["m"])
    #expect(try folder.bytes("m") == Array("old".utf8))
  }

  @Test("An open file keeps its tensors while it is replaced")
  func rewrittenWhileOpen() throws {
    func write(_ value: Float) throws {
      try SafetensorsWriter.write(
        [.init(name: "t", type: .f32, shape: [1], source: .floats([value]))], to: folder.path("m"))
    }
    try write(1)
    let file = try SafetensorsFile(path: folder.path("m"))
    try write(2)
    #expect(try file.floats("t") == [1])
    #expect(try SafetensorsFile(path: folder.path("m")).floats("t") == [2])
  }
}
