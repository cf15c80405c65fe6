import Foundation
import Testing

@testable import RetNet

/// The options screen, the palette, rebound keys and the report on the last token, in a pseudo-terminal.
@Suite("Options and palette in a terminal", .serialized)
struct OptionsTerminalTests {
  @Test("Options write the settings file, a rebound key opens the palette, and :why explains the last token")
  func session() async throws {
    let model = try TinyModelFolder()
    let file = model.path + "/settings.yaml"
    try "# mine\nmax-tokens: 9 # short\nkeys:\n  F5: palette\n".write(toFile: file, atomically: true, encoding: .utf8)
    let terminal = try PseudoTerminal(
      PseudoTerminal.product("retnet"), ["--model", model.path, "--seed", "4"],
      environment: ["RETNET_SETTINGS": file, "RETNET_TOP_K": "30"])
    try await terminal.wait("the model is loaded") { $0.contains("type a message") }
    try terminal.send(":options\r")
    try await terminal.wait("values and sources") { screen in
      screen.contains("settings file, line 2") && screen.contains("$RETNET_TOP_K") && screen.contains("--model")
    }
    try terminal.send("/motion\r\u{1B}OC")
    try await terminal.wait("the value has changed") { $0.contains("off") && $0.contains("this session") }
    try terminal.send("s")
    try await terminal.wait("it is saved") { $0.contains("Saved to") }
    #expect(
      try String(contentsOfFile: file, encoding: .utf8)
        == "# mine\nmax-tokens: 9 # short\nkeys:\n  F5: palette\nmotion: off\n")
    try terminal.send("q\u{1B}[15~")
    try await terminal.wait("the palette") { $0.contains("Palette") }
    try terminal.send("set the colours")
    try await terminal.wait("the query") { $0.contains("set the colours") }
    try terminal.send("\u{15}max-t\r")
    try await terminal.wait("the command line has the setting") { $0.contains(":set max-tokens") }
    try terminal.send("4\r")
    try await terminal.wait("it is set") { $0.contains("A reply has at most 4 tokens.") }
    try terminal.send("the cat\r")
    try await terminal.wait("the reply has ended") { $0.contains("The reply ended at 4 tokens") }
    try terminal.send(":why\r")
    try await terminal.wait("the stages") { screen in
      screen.contains("was drawn in these steps") && screen.contains("top-k 30") && screen.contains("The random number")
    }
    try terminal.send("\u{1B}")
    try await terminal.wait("the panel is closed") { !$0.contains("these steps") }
    try terminal.send(":quit\r")
    #expect(try await terminal.waitForExit() == 0)
  }
}
