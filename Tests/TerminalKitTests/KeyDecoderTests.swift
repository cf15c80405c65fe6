import Testing

@testable import TerminalKit

@Suite("Keys")
struct KeyDecoderTests {
  private func inputs(_ text: String) -> [KeyDecoder.Input] { text.unicodeScalars.map { .scalar($0.value) } }

  private func decode(_ text: String) -> [Key] {
    var decoder = KeyDecoder()
    return decoder.decode(inputs(text))
  }

  @Test("Letters are characters, composed ones are one")
  func characters() {
    #expect(decode("aé") == [.character("a"), .character("é")])
    #expect(decode("e\u{301}日😀") == [.character("e\u{301}"), .character("日"), .character("😀")])
  }

  @Test("Control characters are named keys")
  func controls() {
    #expect(decode("\u{1}\u{3}\u{4}\u{1A}") == ["a", "c", "d", "z"].map(Key.control))
    #expect(decode("\t\r\n\u{8}\u{7F}") == [.tab, .enter, .control("j"), .backspace, .backspace])
    #expect(decode("\u{0}\u{1C}\u{1F}\u{9B}") == [.control("@"), .control("\\"), .control("_")])
  }

  @Test("Esc alone is Esc; a complete sequence is one key, an unknown one none")
  func escapes() {
    #expect(decode("\u{1B}") == [.escape])
    #expect(decode("\u{1B}\u{1B}") == [.escape, .escape])
    #expect(decode("\u{1B}[") == [.escape, .character("[")])
    #expect(decode("\u{1B}[1~\u{1B}[1;2C\u{1B}OFx") == [.home, .right, .end, .character("x")])
    #expect(decode("a\u{1B}[?1;2cb\u{1B}[99zc") == [.character("a"), .character("b"), .character("c")])
  }

  @Test("Esc and one character in one batch are that key with Alt; in two batches, two keys")
  func alt() {
    #expect(decode("\u{1B}b\u{1B}.") == [.alt("b"), .alt(".")])
    #expect(decode("\u{1B}\r\u{1B}\u{7F}x") == [.alt(.enter), .alt(.backspace), .character("x")])
    #expect(decode("\u{1B}é") == [.escape, .character("é")])
    var decoder = KeyDecoder()
    #expect(decoder.decode(inputs("\u{1B}")) == [.escape])
    #expect(decoder.decode(inputs("b")) == [.character("b")])
    #expect(decoder.decode([.scalar(0x1B), .key(.up)]) == [.escape, .up])
  }

  // From xterm's and rxvt's lists of control sequences, and xterm's modifyOtherKeys in both of its formats.
  @Test(
    "Ctrl with ← and →, and Enter with Shift or Alt, are keys in the sequences of several terminals",
    arguments: [
      ("[1;5D", .controlLeft), ("[1;5C", .controlRight), ("[1;3D", .controlLeft), ("[5C", .controlRight),
      ("Od", .controlLeft), ("Oc", .controlRight), ("[13;3u", .alt(.enter)), ("[13;2u", .alt(.enter)),
      ("[27;3;13~", .alt(.enter)), ("[27;2;13~", .alt(.enter)),
    ] as [(String, Key)])
  func modified(sequence: String, key: Key) {
    #expect(decode("\u{1B}" + sequence) == [key])
  }

  @Test("Recognised keys keep their order among characters")
  func order() {
    var decoder = KeyDecoder()
    let keys = decoder.decode([.scalar(0x61), .key(.left), .scalar(0x62), .key(.resize(columns: 9, rows: 8))])
    #expect(keys == [.character("a"), .left, .character("b"), .resize(columns: 9, rows: 8)])
  }

  @Test("A paste is one key, newlines included, over several reads")
  func pastes() {
    var decoder = KeyDecoder()
    #expect(decoder.decode([.scalar(0x61), .pasteStart] + inputs("one\rtw")) == [.character("a")])
    #expect(decoder.isPasting)
    #expect(
      decoder.decode(inputs("o\r\n\u{3}\tx") + [.key(.up), .pasteEnd, .scalar(0x62)]) == [
        .paste("one\ntwo\n\tx"), .character("b"),
      ])
    #expect(!decoder.isPasting)
    #expect(decode("\u{1B}[200~q\u{1B}[31mr\u{1B}[201~s") == [.paste("qr"), .character("s")])
  }

  @Test("A resize is not lost in a paste, and a paste without an end can be ended")
  func lostEnd() {
    var decoder = KeyDecoder()
    #expect(
      decoder.decode([.pasteStart, .scalar(0x61), .key(.resize(columns: 5, rows: 4))]) == [
        .resize(columns: 5, rows: 4)
      ])
    #expect(decoder.endPaste() == [.paste("a")])
    #expect(decoder.endPaste().isEmpty)
    #expect(decoder.decode([.scalar(0x62)]) == [.character("b")])
  }

  @Test("An endless paste stays within its limit")
  func limit() {
    var decoder = KeyDecoder()
    _ = decoder.decode([.pasteStart])
    let chunk = [KeyDecoder.Input](repeating: .scalar(0x61), count: KeyDecoder.maximumPaste / 2)
    for _ in 0..<3 { _ = decoder.decode(chunk) }
    guard case .paste(let text)? = decoder.decode([.pasteEnd]).first else {
      Issue.record("no paste came")
      return
    }
    #expect(text.utf8.count == KeyDecoder.maximumPaste)
  }

  @Test("A typed line has no sequences of keys; its text, tabs and unfinished sequences stay")
  func typedLine() {
    #expect("the\u{1B}[A cat\u{1B}[1;5C\u{1B}OB!".withoutKeySequences == "the cat!")
    #expect("\u{1B}[A".withoutKeySequences == "")
    #expect("a\tb é 日 👩‍👧 [A".withoutKeySequences == "a\tb é 日 👩‍👧 [A")
    #expect("a\u{1B}[200~b\u{1B}[Ac\u{1B}[201~d".withoutKeySequences == "abcd")
    #expect("a\u{1B}[200~b".withoutKeySequences == "ab")
    #expect("a\u{1B}".withoutKeySequences == "a")
    #expect("a\u{1B}bc".withoutKeySequences == "abc")
  }
}
