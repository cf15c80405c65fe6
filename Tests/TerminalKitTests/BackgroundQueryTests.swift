import Foundation
import Testing

@testable import TerminalKit

@Suite("The terminal's background")
struct BackgroundQueryTests {
  private func inputs(_ text: String) -> [KeyDecoder.Input] { text.unicodeScalars.map { .scalar($0.value) } }

  private static let answers: [(String, UInt32)] = [
    ("rgb:1616/1818/1d1d\u{1B}\\", 0x16181D), ("rgb:ffff/FFFF/ffff\u{7}", 0xFFFFFF), ("rgb:f/8/0\u{7}", 0xFF8800),
    ("rgb:12/34/56\u{7}", 0x123456), ("rgba:0000/2b2b/3636/ffff\u{1B}\\", 0x002B36), ("rgb:800/000/fff\u{7}", 0x8000FF),
  ]

  @Test("Answers are removed and read, however the input is divided; keys between them stay", arguments: answers)
  func answered(answer: String, color: UInt32) {
    let text = "ab\u{1B}]11;\(answer)\u{1B}[Ac\u{1B}[?62;1;22cd\u{1B}"
    for size in [1, 2, 3, 5, 7, 100] {
      var filter = ReplyFilter()
      var rest: [KeyDecoder.Input] = []
      let all = inputs(text)
      for start in stride(from: 0, to: all.count, by: size) {
        rest += filter.filter(Array(all[start..<min(start + size, all.count)]))
      }
      rest += filter.filter([])
      #expect(rest == inputs("ab\u{1B}[Acd\u{1B}"), "\(size) at once")
      #expect(filter.background == RGB(color))
      #expect(filter.isComplete)
    }
  }

  @Test("A terminal without OSC 11 answers only DA1; an unknown colour format is removed")
  func withoutColor() {
    var filter = ReplyFilter()
    #expect(filter.filter(inputs("\u{1B}[?1;2c")).isEmpty)
    #expect(filter.isComplete)
    #expect(filter.background == nil)
    filter = ReplyFilter()
    #expect(filter.filter(inputs("x\u{1B}]11;#fff\u{7}y")) == inputs("xy"))
    #expect(filter.background == nil)
    #expect(!filter.isComplete)
  }

  @Test("Keys that resemble the beginning of an answer are keys as soon as the input pauses")
  func keys() {
    for text in ["\u{1B}", "\u{1B}[", "\u{1B}]", "\u{1B}]1"] {
      var filter = ReplyFilter()
      #expect(filter.filter(inputs(text)).isEmpty)
      #expect(filter.filter([]) == inputs(text))
    }
    var filter = ReplyFilter()
    for text in ["\u{1B}[A", "\u{1B}x", "\u{1B}\u{1B}x", "\u{1B}]12x", "\u{1B}[?1h", "]11;rgb:1/1/1\u{7}"] {
      #expect(filter.filter(inputs(text)) == inputs(text))
    }
    #expect(filter.filter([.key(.up), .pasteStart]) == [.key(.up), .pasteStart])
  }

  @Test("UTF-8 that ends inside a character is cut, at any other place not", arguments: ["a", "é", "日", "🙂", "x🙂é"])
  func cut(text: String) {
    let bytes = Array(text.utf8)
    for end in 0...bytes.count {
      let isWhole = String(validating: bytes[..<end], as: UTF8.self) != nil
      let isCut = BackgroundQuery.isCut(bytes[..<end].map { .scalar(UInt32($0)) })
      #expect(isCut == !isWhole, "\(end) bytes of \(text)")
    }
  }

  @Test("After DA1, input is unchanged")
  func afterwards() {
    var filter = ReplyFilter()
    _ = filter.filter(inputs("\u{1B}[?1;2c"))
    let answer = inputs("\u{1B}]11;rgb:1/1/1\u{7}\u{1B}[?1;2c")
    #expect(filter.filter(answer) == answer)
  }

  @Test(
    "COLORFGBG ends with the background's palette index",
    arguments: [("15;0", 0x000000), ("0;15", 0xFFFFFF), ("0;default;7", 0xE5E5E5)] as [(String, UInt32)])
  func variable(text: String, color: UInt32) {
    #expect(BackgroundQuery.background(colorFGBG: text) == RGB(color))
  }

  @Test("Another value of COLORFGBG says nothing", arguments: ["", "default;default", "0;99", "x"])
  func unknownVariable(text: String) {
    #expect(BackgroundQuery.background(colorFGBG: text) == nil)
    #expect(BackgroundQuery.background(colorFGBG: nil) == nil)
  }
}
