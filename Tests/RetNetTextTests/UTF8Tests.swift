import Testing

@testable import RetNet
@testable import RetNetText

@Suite("UTF-8 in parts")
struct UTF8Tests {
  static let samples: [[UInt8]] = [
    Array("plain".utf8), Array("é€👍🏽 ẞ 你".utf8), [0xE2, 0x82], [0xFF, 0x41], [0xF0, 0x9F, 0x41, 0x91],
    [0xC3, 0xC3, 0xA9],
    [0xED, 0xA0, 0x80], [0xE0, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC0, 0xAF], [0x80, 0x80], [0xF0, 0x9F, 0x91],
    [0x41, 0xE2, 0x82, 0xE2, 0x82, 0xAC, 0xF0],
  ]

  @Test("Parts of any length decode to the standard library's result for the whole", arguments: samples)
  func parts(bytes: [UInt8]) {
    for length in 1...max(bytes.count, 1) {
      var assembler = UTF8Assembler()
      var text = ""
      for start in stride(from: 0, to: bytes.count, by: length) {
        text += assembler.append(bytes[start..<min(start + length, bytes.count)])
        #expect(assembler.pending.count < 4)
      }
      text += assembler.finish()
      #expect(Array(text.utf8) == Array(String(decoding: bytes, as: UTF8.self).utf8))
      #expect(assembler.pending == [])
    }
  }

  @Test("A character is complete after its last byte")
  func heldBack() {
    var assembler = UTF8Assembler()
    #expect(assembler.append([0x41, 0xE2]) == "A")
    #expect(assembler.append([0x82]) == "")
    #expect(assembler.pending == [0xE2, 0x82])
    #expect(assembler.append([0xAC]) == "€")
    #expect(assembler.append([0xE2, 0x28]) == "\u{FFFD}(")
  }

  @Test("The first invalid byte is where the standard library's validation fails", arguments: samples)
  func firstInvalid(bytes: [UInt8]) {
    for prefix in 0..<9 {
      let padded = [UInt8](repeating: 0x61, count: prefix) + bytes
      // The longest prefix that is valid UTF-8 as a whole.
      let valid = (0...padded.count).last { length in
        Array(String(decoding: padded.prefix(length), as: UTF8.self).utf8) == Array(padded.prefix(length))
      }
      #expect(UTF8Scan.firstInvalid(in: padded) == (valid == padded.count ? nil : valid))
    }
  }
}
