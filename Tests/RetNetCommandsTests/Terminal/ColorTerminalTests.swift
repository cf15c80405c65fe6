import Foundation
import Testing

@testable import RetNet

/// The colours of the program in a pseudo-terminal that answers, or does not answer, the question for its background.
@Suite("Colours in a terminal", .serialized)
struct ColorTerminalTests {
  private static let program = PseudoTerminal.product("retnet")
  /// OSC 11 and DA1.
  private static let question = "\u{1B}]11;?\u{1B}\\\u{1B}[c"
  private static let light = "\u{1B}]11;rgb:fdfd/f6f6/e3e3\u{1B}\\\u{1B}[?62;22c"
  private static let dark = "\u{1B}]11;rgb:0000/2b2b/3636\u{7}\u{1B}[?1;2c"
  private static let ready = "2 layers × 4 heads"

  private func output(_ terminal: PseudoTerminal) -> String { String(decoding: terminal.output, as: UTF8.self) }

  /// The output of a chat with a message, and its screen.
  ///
  /// - Parameter typed: the input before the program starts to read.
  private func chat(
    _ environment: [String: String], _ arguments: [String] = [], typed: String = ""
  ) async throws -> (output: String, screen: String) {
    let model = try TinyModelFolder()
    let terminal = try PseudoTerminal(
      Self.program, ["--model", model.path, "--max-tokens", "5"] + arguments, environment: environment)
    try terminal.send(typed)
    try await terminal.wait("the model is loaded") { $0.contains(Self.ready) }
    try terminal.send("the cat\r")
    try await terminal.wait("the state is shown") { $0.contains("‖S‖") }
    let result = (output(terminal), terminal.screen.text)
    try terminal.send("\u{3}\u{3}:quit\r")
    #expect(try await terminal.waitForExit() == 0)
    return result
  }

  @Test(
    "A terminal with 24-bit colours gets only these, whatever its description",
    arguments: ["xterm-256color", "screen-256color", "xterm"], ["truecolor", "24bit"])
  func direct(type: String, variable: String) async throws {
    let output = try await chat(["TERM": type, "COLORTERM": variable], typed: Self.dark).output
    #expect(output.contains("\u{1B}[38;2;") || output.contains(";38;2;"))
    #expect(output.contains("48;2;"))
    #expect(!output.contains("38;5;"))
    #expect(!output.contains("48;5;"))
  }

  @Test("A terminal that does not say so gets the colours of its description")
  func palette() async throws {
    let output = try await chat([:], typed: Self.dark).output
    #expect(output.contains("38;5;"))
    #expect(!output.contains("38;2;"))
  }

  @Test("The answer chooses the theme, and its bytes are not typed")
  func background() async throws {
    // The accents of the themes, dark and light.
    let (one, other) = ("38;2;0;175;135", "38;2;0;119;91")
    for (answer, accent, absent) in [(Self.dark, one, other), (Self.light, other, one)] {
      let (output, screen) = try await chat(["COLORTERM": "truecolor"], typed: answer)
      #expect(output.contains(accent))
      #expect(!output.contains(absent))
      #expect(output.contains(Self.question))
      for part in ["]11", "rgb:", "62;22"] { #expect(!screen.contains(part), "\(screen)") }
    }
  }

  @Test("An option, or COLORFGBG, chooses the theme without an answer")
  func chosen() async throws {
    let light = "38;2;0;119;91"
    let option = try await chat(["COLORTERM": "truecolor", "COLORFGBG": "15;0"], ["--theme", "light"]).output
    #expect(option.contains(light))
    #expect(!option.contains(Self.question))
    #expect(try await chat(["COLORTERM": "truecolor", "COLORFGBG": "0;15"]).output.contains(light))
  }

  @Test(
    "A terminal is not asked without colours, and not if it would show the question",
    arguments: [
      ["NO_COLOR": "1"], ["TERM": "vt100"], ["TERM": "linux"],
    ])
  func notAsked(environment: [String: String]) async throws {
    let output = try await chat(environment.merging(["COLORTERM": "truecolor"]) { $1 }).output
    #expect(!output.contains("]11;?"))
    #expect(!output.contains("38;2;"))
  }

  @Test("Keys typed before the answer and after it arrive in order")
  func typedAhead() async throws {
    let model = try TinyModelFolder()
    let terminal = try PseudoTerminal(Self.program, ["--model", model.path])
    try terminal.send("héllo w" + Self.light + "orld")
    try await terminal.wait("the typed text") { $0.contains(Self.ready) && $0.contains("› héllo world") }
    try terminal.send("\u{15}:quit\r")
    #expect(try await terminal.waitForExit() == 0)
    #expect(terminal.isCooked)
  }

  @Test("A late answer is not typed")
  func late() async throws {
    let model = try TinyModelFolder()
    let terminal = try PseudoTerminal(Self.program, ["--model", model.path])
    try await terminal.wait("the model is loaded") { $0.contains(Self.ready) }
    try terminal.send("one" + Self.light + " two")
    try await terminal.wait("the typed text") { $0.contains("› one two") }
    try terminal.send("\u{15}:quit\r")
    #expect(try await terminal.waitForExit() == 0)
  }
}
