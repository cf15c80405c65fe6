import TestSupport
import Testing

@testable import RetNet

@Suite("Damaged safetensors files and other formats")
struct DamagedSafetensorsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func error(_ bytes: [UInt8]) throws -> CheckpointError {
    let path = try folder.write("m", bytes)
    return try #require(throws: CheckpointError.self) { try SafetensorsFile(path: path) }
  }

  /// The error message for a file, with `m` as its name.
  private func message(_ bytes: [UInt8]) throws -> String {
    try error(bytes).description.replacing(folder.path("m"), with: "m")
  }

  private func header(_ json: String, _ data: [UInt8] = []) throws -> String {
    try message(HandMadeSafetensors.file(json, data))
  }

  @Test("Files of other kinds are identified in the error")
  func foreignFiles() throws {
    let pickle =
      "'m' is a PyTorch pickle (.pt, .pth, .bin), which can run code when opened and is not supported: "
      + "convert it to safetensors with these lines of Python."
    #expect(try message([]) == "'m' is empty, but a safetensors file is needed. Copy or download it again.")
    #expect(try message(Array("PK\u{3}\u{4}\u{0}\u{0}\u{8}\u{8}archive/data.pkl".utf8)) == pickle)
    #expect(try message([0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20]) == pickle)
    #expect(
      try message(Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n".utf8))
        == "'m' is a Git LFS pointer, not the file itself. Run 'git lfs pull' in its folder, or download the file.")
    #expect(
      try message(Array("{\n  \"hidden_size\": 64\n}".utf8))
        == "'m' is JSON text, but a safetensors file is needed. Give the weights, often in the same folder.")
    #expect(try message(Array("GGUF\u{3}\u{0}\u{0}\u{0}abcdef".utf8)).hasPrefix("'m' is a GGUF file"))
    let unknown =
      "'m' is not a safetensors file, which begins with its header's length and a '{'. Give a safetensors file."
    #expect(try message(Array("hello".utf8)) == unknown)
    #expect(try message([UInt8](repeating: 0, count: 64)) == unknown)
    #expect(try message(Array("<!DOCTYPE html><html></html>".utf8)) == unknown)
  }

  @Test("A missing file and a folder are file errors")
  func notAFile() throws {
    let missing = folder.path("none")
    #expect(throws: FileError.missing(path: missing)) { try SafetensorsFile(path: missing) }
    let path = folder.url.path
    #expect(throws: FileError.notAFile(path: path, found: "a folder")) { try SafetensorsFile(path: path) }
    #expect(
      FileError.notAFile(path: "d", found: "a folder").description
        == "'d' is a folder, not a file. Give the path of a file.")
  }

  @Test("Every truncation of a valid file is an error and no trap")
  func everyCut() throws {
    let json = "{" + HandMadeSafetensors.entry("t", "F32", [2], 0, 8) + "}"
    let whole = HandMadeSafetensors.file(json, [UInt8](repeating: 1, count: 8))
    for length in 0..<whole.count { _ = try error(Array(whole.prefix(length))) }
    #expect(
      try message(Array(whole.prefix(40)))
        == "'m' is cut off: its header has \(8 + json.utf8.count) bytes, but the file only 40. "
        + "Copy or download it again.")
    #expect(
      try message(whole.dropLast())
        == "'m' is cut off: tensor 't' ends at byte \(whole.count), but the file has \(whole.count - 1) bytes. "
        + "Copy or download it again.")
  }

  @Test("Every changed byte of a header gives an error or another valid header, and no trap")
  func everyChange() throws {
    let whole = HandMadeSafetensors.tensor("F32", [2], [UInt8](repeating: 1, count: 8))
    for index in 0..<whole.count - 8 {
      for value in [0x00, 0x22, 0x2D, 0x30, 0x39, 0x5B, 0x5C, 0x7B, 0x7D, 0x80, 0xFF] as [UInt8] {
        var changed = whole
        changed[index] = value
        let path = try folder.write("m", changed)
        do { _ = try SafetensorsFile(path: path) } catch is CheckpointError {}
      }
    }
  }

  @Test("A header length beyond the limit is an error before memory is allocated")
  func absurdLength() throws {
    let bytes = HandMadeSafetensors.littleEndian([UInt64.max]) + Array("{}".utf8)
    #expect(
      try message(bytes)
        == "'m' has a damaged safetensors header: a header length of 18446744073709551615 bytes, "
        + "above the limit of 100000000, at byte 0. Copy or download it again.")
  }

  @Test("A duplicate name of a tensor, key or metadata entry is an error")
  func duplicates() throws {
    let entry = HandMadeSafetensors.entry("t", "U8", [0], 0, 0)
    #expect(
      try header("{\(entry),\(entry)}")
        == "'m' has the key 't' twice in its header. Write the file again.")
    #expect(try header("{\"__metadata__\":{\"a\":\"\",\"\\u0061\":\"\"}}").hasPrefix("'m' has the key 'a' twice"))
    #expect(try header("{\"t\":{\"shape\":[],\"shape\":[]}}").hasPrefix("'m' has the key 'shape' twice"))
  }

  @Test("Shape, type and bytes of a tensor must agree, without overflow")
  func sizes() throws {
    func one(_ type: String, _ shape: [Int], _ start: Int, _ end: Int) throws -> String {
      try header("{" + HandMadeSafetensors.entry("t", type, shape, start, end) + "}", [0, 0, 0, 0])
    }
    let damaged = "The header is damaged: write the file again."
    #expect(
      try one("F32", [2], 0, 4) == "Tensor 't' in 'm' has 4 bytes, but shape [2] of F32 needs 8. " + damaged)
    let huge = [1 << 40, 1 << 40]
    #expect(
      try one("F32", huge, 0, 4)
        == "Tensor 't' in 'm' has 4 bytes, but shape \(huge) of F32 needs more than any file can hold. " + damaged)
    #expect(try one("F32", [1 << 32, 1 << 32], 0, 0).contains("more than any file can hold"))  // 2^66 is 0 in 64 bits
    #expect(
      try one("F4", [1], 0, 4)
        == "Tensor 't' in 'm' has the unknown type 'F4'. Convert it to one of F64, F32, F16, BF16, F8_E4M3, F8_E5M2, "
        + "I64, I32, I16, I8, U64, U32, U16, U8, BOOL.")
    #expect(try one("U8", [4], 4, 0).contains("data_offsets [4, 0], which are not a start and an end"))
    #expect(try one("U8", [4], 1, 5).contains("tensor 't' ends at byte"))
    #expect(try one("U8", [4], .max - 4, .max).contains("ends at byte \(Int.max)"))
    #expect(try one("U8", [.max], 0, .max).contains("ends at byte \(Int.max)"))
  }

  @Test("Tensors cover the data without overlap and without gaps")
  func cover() throws {
    func two(_ first: Range<Int>, _ second: Range<Int>) throws -> String {
      let a = HandMadeSafetensors.entry("a", "U8", [first.count], first.lowerBound, first.upperBound)
      let b = HandMadeSafetensors.entry("b", "U8", [second.count], second.lowerBound, second.upperBound)
      return try header("{\(a),\(b)}", [0, 1, 2, 3])
    }
    #expect(
      try two(2..<4, 0..<3)
        == "Tensors 'b' and 'a' in 'm' overlap. Write the file again.")
    #expect(try two(0..<4, 1..<2).contains("overlap"))
    #expect(try two(0..<4, 0..<4).contains("overlap"))
    #expect(try two(0..<1, 2..<4).contains("belong to no tensor, but safetensors files have no gaps."))
    #expect(try two(0..<1, 1..<3).contains("belong to no tensor"))
    #expect(try header("{}", [0]).contains("belong to no tensor"))
  }

  @Test(
    "JSON that is not a header is an error with the byte offset",
    arguments: [
      ("{\"t\":1}", "no '{' at byte 13"), ("{\"t\"}", "no ':' at byte 12"), ("{\"t\":{}}", "without dtype, shape or"),
      ("{\"t\":{\"dtype\":3}}", "no '\"' at byte 22"), ("{\"t\":{\"shape\":[-1]}}", "no whole number of zero or more"),
      ("{\"t\":{\"shape\":[1.5]}}", "no ']'"), ("{\"t\":{\"shape\":[99999999999999999999]}}", "a number beyond"),
      ("{\"t\":{\"shape\":[1,]}}", "no whole number"), ("{\"t\":{\"x\":[]}}", "the unknown key 'x' of tensor 't'"),
      ("{}x", "text after the last '}' at byte 10"), ("{\"", "the end of the text inside a string"),
      ("{\"\\x\":{}}", "an escape that JSON does not have"), ("{\"\\ud800\":{}}", "half a surrogate pair"),
      ("{\"\\u12g4\":{}}", "without four hexadecimal digits"), ("{\"a\n\":{}}", "a control character inside a string"),
      ("{\"t\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1,2]}}", "which are not a start and an end"),
      ("{\"__metadata__\":{\"a\":1}}", "no '\"'"), ("{,}", "no '\"'"), ("{ ", "no '\"'"),
    ])
  func badJSON(json: String, problem: String) throws {
    let message = try header(json)
    #expect(message.hasPrefix("'m' has a damaged safetensors header: "))
    #expect(message.contains(problem), "\(message)")
  }

  @Test("A name that is not UTF-8 is an error")
  func notUTF8() throws {
    var bytes = HandMadeSafetensors.file("{\"?\":{}}")
    bytes[10] = 0xFF
    #expect(try message(bytes).contains("a string that is not UTF-8 at byte 10"))
  }
}
