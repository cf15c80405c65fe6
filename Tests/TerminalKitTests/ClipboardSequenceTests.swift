import Testing

@testable import TerminalKit

@Suite("Clipboard sequences")
struct ClipboardSequenceTests {
  @Test("A text is Base64 in OSC 52; tmux also gets it wrapped, with each Esc doubled")
  func sequences() {
    // "héllo\n" in Base64, by coreutils' base64.
    #expect(ClipboardSequence.of("héllo\n", environment: [:]) == "\u{1B}]52;c;aMOpbGxvCg==\u{1B}\\")
    #expect(
      ClipboardSequence.of("a", environment: ["TMUX": "/tmp/tmux-0/default,1,0"])
        == "\u{1B}]52;c;YQ==\u{1B}\\\u{1B}Ptmux;\u{1B}\u{1B}]52;c;YQ==\u{1B}\u{1B}\\\u{1B}\\")
    #expect(ClipboardSequence.of("a", environment: ["TMUX": ""]) == "\u{1B}]52;c;YQ==\u{1B}\\")
  }

  @Test("The largest text has 100,000 characters of Base64; a longer one has no sequence")
  func limit() {
    let largest = ClipboardSequence.of(String(repeating: "x", count: 74_994), environment: [:])
    #expect(largest?.count == 99_992 + 9)
    #expect(ClipboardSequence.of(String(repeating: "x", count: 74_995), environment: [:]) == nil)
  }
}
