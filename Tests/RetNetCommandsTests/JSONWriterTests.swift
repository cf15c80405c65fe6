import Foundation
import Testing

@testable import RetNet
@testable import RetNetCommands
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Streaming JSON writer")
struct JSONWriterTests {
  /// The output of `body`, through a pipe.
  private func written(_ body: (JSONWriter) throws -> Void) throws -> String {
    let pipe = Pipe()
    let output = StandardOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    try body(JSONWriter(output))
    try output.flush()
    try pipe.fileHandleForWriting.close()
    return String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  }

  @Test("Commas separate values and fields")
  func commas() throws {
    let text = try written { json in
      try json.object {
        try json.field("a", 1)
        try json.field("b") {
          try json.array {
            try json.value(2)
            try json.object {}
            try json.array { try json.value(true) }
          }
        }
        try json.field("c", [Int]())
        try json.field("d", Int?.none)
      }
      try json.endLine()
      try json.array {}
      try json.endLine()
    }
    #expect(text == #"{"a":1,"b":[2,{},[true]],"c":[],"d":null}"# + "\n[]\n")
  }

  @Test("A tensor is nested by its shape, row by row")
  func nested() throws {
    #expect(
      try written { try $0.nested(Array(1...12), shape: [2, 3, 2]) } == "[[[1,2],[3,4],[5,6]],[[7,8],[9,10],[11,12]]]")
    #expect(try written { try $0.nested([Float](), shape: [2, 0]) } == "[[],[]]")
  }

  @Test("Numbers read back as the same bits; NaN and infinity are null")
  func numbers() throws {
    for value in [Float(0.1), .leastNonzeroMagnitude, .greatestFiniteMagnitude, -0.0, 1 / 3, 16_777_216] {
      #expect(Float(value.json)?.bitPattern == value.bitPattern)
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data("[\(value.json)]".utf8)) }
    }
    #expect(Double.nan.json == "null")
    #expect(Float.infinity.json == "null")
    #expect((-Double.infinity).json == "null")
  }

  @Test("A string has nothing that the output would remove, and reads back unchanged, for every scalar")
  func everyScalar() throws {
    let scalars = (UInt32(0)...0x10FFFF).compactMap(Unicode.Scalar.init)
    for start in stride(from: 0, to: scalars.count, by: 4096) {
      let text = String(String.UnicodeScalarView(scalars[start..<min(start + 4096, scalars.count)]))
      let quoted = JSONText.quoted(text)
      #expect(Array(ScreenText.printable(quoted).utf8) == Array(quoted.utf8))
      let read = try JSONSerialization.jsonObject(with: Data("[\(quoted)]".utf8)) as? [String]
      #expect(read.map { Array($0[0].unicodeScalars) } == Array(text.unicodeScalars))
    }
    for escaped in ["\u{1B}": "\\u001b", "\u{9B}": "\\u009b", "\u{202E}": "\\u202e", "\u{E0041}": "\\udb40\\udc41"] {
      #expect(JSONText.quoted(escaped.key) == "\"\(escaped.value)\"")
    }
  }

  @Test("Strings round-trip quotes, control characters and other scripts")
  func strings() throws {
    let text = "a\"b\\c\n\t\u{0}\u{1B}é😀"
    let parsed = try JSONSerialization.jsonObject(with: Data("[\(text.json)]".utf8)) as? [String]
    #expect(parsed == [text])
  }

  @Test("A table pads its columns by visible width")
  func table() {
    var table = TextTable([("name", .left), ("number", .right)])
    table.add(["é", "1"])
    table.add(["漢字x", "1234567"])
    #expect(table.text == "name    number\né            1\n漢字x  1234567\n")
  }
}
