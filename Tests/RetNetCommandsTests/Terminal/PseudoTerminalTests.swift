import Foundation
import Testing

@Suite("Pseudo-terminals")
struct PseudoTerminalTests {
  @Test("A program sees its terminal's size, and its exit status is returned")
  func size() async throws {
    let terminal = try PseudoTerminal("/bin/sh", ["-c", "stty size; exit 7"], columns: 91, rows: 17)
    try await terminal.wait("the size is printed") { $0.line(0) == "17 91" }
    #expect(try await terminal.waitForExit() == 7)
  }

  @Test("A program receives keys, a resize signal, and a terminating signal")
  func keysAndResize() async throws {
    let script =
      "trap 'stty size' WINCH; trap 'exit 9' TERM; echo ready; while :; do read line && echo \"<$line>\"; done"
    let terminal = try PseudoTerminal("/bin/sh", ["-c", script])
    try await terminal.wait("the script runs") { $0.contains("ready") }
    #expect(terminal.isCooked)
    try terminal.send("γ one\r")
    try await terminal.wait("the line comes back") { $0.contains("<γ one>") }
    terminal.resize(columns: 100, rows: 30)
    try terminal.send("\r")
    try await terminal.wait("the new size is printed") { $0.contains("30 100") }
    terminal.signal(SIGTERM)
    try terminal.send("\r")
    #expect(try await terminal.waitForExit() == 9)
  }

  @Test("The terminal is the program's controlling terminal: Ctrl-C interrupts it")
  func controllingTerminal() async throws {
    let terminal = try PseudoTerminal("/bin/sh", ["-c", "exec cat </dev/tty"])
    try terminal.send("x\r")
    // Once by the terminal's echo and once by cat, which is running by then.
    try await terminal.wait("the line is there twice") { $0.text.hasPrefix("x\nx") }
    try terminal.send("\u{3}")
    #expect(try await terminal.waitForExit() == 256 + SIGINT)
  }

  @Test("A condition that never holds throws an error that includes the screen")
  func deadline() async throws {
    let terminal = try PseudoTerminal("/bin/sh", ["-c", "echo something; sleep 100"])
    await #expect(throws: PseudoTerminal.Failure.self) {
      try await terminal.wait("nothing", seconds: 0.2) { $0.contains("else") }
    }
    let ended = try PseudoTerminal("/bin/sh", ["-c", "exit 3"])
    await #expect(throws: PseudoTerminal.Failure.self) { try await ended.wait("nothing") { $0.contains("else") } }
  }
}

@Suite("Terminal screen model")
struct VTScreenTests {
  private func screen(_ text: String, columns: Int = 6, rows: Int = 3) -> VTScreen {
    var screen = VTScreen(columns: columns, rows: rows)
    screen.feed(text.utf8)
    return screen
  }

  @Test("Text wraps at the edge and scrolls at the bottom")
  func wraps() {
    #expect(screen("abcdefgh").text == "abcdef\ngh\n")
    #expect(screen("1\r\n2\r\n3\r\n4").text == "2\n3\n4")
    #expect(screen("abcdef\rX").text == "Xbcdef\n\n")
    #expect(screen("日本語x").text == "日本語\nx\n")
    #expect(screen("\u{1B}[?7labcdefgh").text == "abcdeh\n\n")
  }

  @Test("Escape sequences move the cursor and erase, insert and delete text")
  func edits() {
    #expect(screen("\u{1B}[2;3Hx\u{1B}[1;1Hy").text == "y\n  x\n")
    #expect(screen("abcdef\u{1B}[1;3H\u{1B}[K").text == "ab\n\n")
    #expect(screen("abcdef\u{1B}[1;2H\u{1B}[2X").text == "a  def\n\n")
    #expect(screen("abcdef\u{1B}[1;2H\u{1B}[2P").text == "adef\n\n")
    #expect(screen("abcdef\u{1B}[1;2H\u{1B}[2@").text == "a  bcd\n\n")
    #expect(screen("1\r\n2\r\n3\u{1B}[1;1H\u{1B}M").text == "\n1\n2")
    #expect(screen("x\u{1B}[4b").text == "xxxxx\n\n")
    #expect(screen("abc\u{1B}[2J").text == "\n\n")
  }

  @Test("Colours and titles leave no text, and modes are recorded")
  func modes() {
    let screen = screen("\u{1B}[?1049h\u{1B}]0;title\u{7}\u{1B}[38;5;39;1ma\u{1B}(B\u{1B}[m\u{1B}[?1006;1000hb")
    #expect(screen.text == "ab\n\n")
    #expect(screen.modes == [7, 1049, 1006, 1000])
  }
}
