import Testing

@testable import RetNetTUI

@Suite("Limits of messages")
struct MessageLimitTests {
  private func long(_ count: Int) -> String { String(repeating: "x", count: count) }

  @Test("A message without long values is unchanged, whatever apostrophes it has")
  func unchanged() {
    let sentence =
      "The model's folder '/a/b' isn't there, and the layers' widths don't fit: 'width' is 3, expected a multiple of "
      + "the heads' number, which isn't 0. Set the model's configuration to the one that's stored with it."
    #expect(MessageLimit.limited(sentence) == sentence)
    #expect(MessageLimit.limited("") == "")
    #expect(MessageLimit.limited("a\n\nb") == "a\n\nb")
  }

  @Test("A long value loses its middle; the words around it remain")
  func value() {
    let limited = MessageLimit.limited("The model's name 'A\(long(9_000))B' is unknown. Use 'retnet inspect'.")
    #expect(limited.hasPrefix("The model's name 'Axxx"))
    #expect(limited.hasSuffix("xxxB' is unknown. Use 'retnet inspect'."))
    #expect(limited.contains("x…x"))
    #expect(limited.count == "The model's name '' is unknown. Use 'retnet inspect'.".count + 160)
  }

  @Test(
    "A text has at most 10 lines and 2,000 characters, and keeps its start and end", arguments: [1, 3, 10, 11, 5_000])
  func total(lines: Int) {
    let text = "first" + long(3_000) + String(repeating: "\n" + long(3_000), count: lines) + "last"
    let limited = MessageLimit.limited(text)
    #expect(limited.split(separator: "\n").count <= 10)
    #expect(limited.count <= 2_000 + 9)  // and the line breaks
    #expect(limited.hasPrefix("first"))
    #expect(limited.hasSuffix("last"))
  }

  @Test("Scalars are counted, as one character may have any number of them")
  func marks() {
    let limited = MessageLimit.limited("e" + String(repeating: "\u{301}", count: 50_000))
    #expect(limited.unicodeScalars.count <= 2_000)
  }
}
