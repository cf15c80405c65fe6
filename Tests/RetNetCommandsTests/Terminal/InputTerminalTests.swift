import Foundation
import Testing

@testable import RetNet

/// Typing in the program's screen, in a pseudo-terminal, with an untrained model that answers slowly.
@Suite("Typing in a terminal", .serialized)
struct InputTerminalTests {
  private func start() async throws -> (terminal: PseudoTerminal, model: TinyModelFolder) {
    let model = try TinyModelFolder()
    let terminal = try PseudoTerminal(PseudoTerminal.product("retnet"), ["--model", model.path])
    try await terminal.wait("the model is loaded") {
      $0.contains("2 layers × 4 heads") && $0.contains("type a message")
    }
    return (terminal, model)
  }

  private static let escape = "\u{1B}"

  @Test("A command typed from the panes leaves the draft on the message line; nothing is sent")
  func draft() async throws {
    let (terminal, model) = try await start()
    defer { withExtendedLifetime(model) {} }
    try terminal.send("my draft\(Self.escape)")
    try await terminal.wait("the panes have the focus") { $0.contains("my draft") && $0.contains("i type") }
    try terminal.send(":layer 1")
    try await terminal.wait("the command line") { $0.line(22).hasPrefix(" › :layer 1") && $0.contains("draft is kept") }
    try terminal.send("\r")
    try await terminal.wait("the draft again, and the layer") {
      $0.line(22).hasPrefix(" › my draft") && $0.contains("layer 1 head 0")
    }
    #expect(!terminal.screen.contains("you "))
    try terminal.send("\u{3}")
    try await terminal.wait("Ctrl-C clears the draft") { $0.contains("↑ returns it") && !$0.contains("my draft") }
    try terminal.send("i\(Self.escape)OA")
    try await terminal.wait("↑ returns the draft") { $0.line(22).hasPrefix(" › my draft") }
    try terminal.send("\u{3}\u{4}")
    #expect(try await terminal.waitForExit() == 0)
  }

  @Test("A message typed during a reply is queued, shown, and sent at the end of the reply; Ctrl-C returns it")
  func queue() async throws {
    let (terminal, model) = try await start()
    defer { withExtendedLifetime(model) {} }
    try terminal.send(":speed 2\r:max-tokens 4\rthe cat\r")
    try await terminal.wait("the reply has begun") { $0.contains("you  the cat") && $0.contains("bot  ") }
    try terminal.send("the dog\r")
    try await terminal.wait("the message is queued") { $0.contains("you  (queued) the dog") }
    try await terminal.wait("it is sent after the reply") {
      $0.contains("you  the dog") && !$0.contains("(queued)")
    }
    try terminal.send(":max-tokens 400\r")
    try await terminal.wait("the second reply runs") { $0.contains("at most 400 tokens") && $0.contains("█") }
    try terminal.send("who\rwhere\r")
    try await terminal.wait("two messages are queued") { $0.contains("(queued) who") && $0.contains("(queued) where") }
    try terminal.send("\u{3}")
    try await terminal.wait("both are on the line") {
      $0.line(22).hasPrefix(" › who where") && !$0.contains("(queued)") && $0.contains("The reply is stopped")
    }
    try terminal.send("\u{3}\u{4}")
    #expect(try await terminal.waitForExit() == 0)
  }

  @Test("A session is not saved over an existing file before y is pressed")
  func overwrite() async throws {
    let (terminal, model) = try await start()
    let path = ModelFolder.path(model.path, "talk.json")
    try "mine".write(toFile: path, atomically: true, encoding: .utf8)
    try terminal.send(":max-tokens 3\rthe cat\r")
    try await terminal.wait("the reply has ended") { $0.contains("The reply ended at 3 tokens") }
    try terminal.send(":save-session \(path)\r")
    try await terminal.wait("the question") { $0.contains("Replace it?") }
    try terminal.send("n")
    try await terminal.wait("the answer") { $0.contains("The file is unchanged") }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    try terminal.send(":\(Self.escape)OA\r")
    try await terminal.wait("the question again") { $0.contains("Replace it?") }
    try terminal.send("y")
    try await terminal.wait("it is saved") { $0.contains("Saved to") }
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("retnet session"))
    try terminal.send("\u{4}")
    #expect(try await terminal.waitForExit() == 0)
  }

  @Test("The terminal reports movements of the mouse, which the footer explains; a click on a key is that key")
  func mouse() async throws {
    let (terminal, model) = try await start()
    defer { withExtendedLifetime(model) {} }
    #expect(terminal.screen.modes.contains(1003))
    try terminal.send(":max-tokens 2\rthe cat\r")
    try await terminal.wait("the reply has ended") { $0.contains("The reply ended") }
    // Row 20, column 4, counted from 1: inside S.
    try terminal.send("\(Self.escape)[<35;4;20M")
    try await terminal.wait("the entry under the mouse") { $0.line(23).hasPrefix(" S (") }
    // Many movements, then a click on "Esc panes" in the footer.
    let many = (1...400).map { "\(Self.escape)[<35;\($0 % 70 + 1);\($0 % 20 + 2)M" }.joined()
    try terminal.send("\u{5}" + many + "\(Self.escape)[<35;1;24M")
    try await terminal.wait("the keys again") { $0.line(23).contains("Esc panes") }
    let column = terminal.screen.line(23).split(separator: "Esc", maxSplits: 1)[0].count + 1
    try terminal.send("\(Self.escape)[<0;\(column);24M\(Self.escape)[<0;\(column);24m")
    try await terminal.wait("the panes have the focus") { $0.contains("i or Tab to type") }
    try terminal.send("\u{4}")
    #expect(try await terminal.waitForExit() == 0)
    #expect(!terminal.screen.modes.contains(1003))
  }

  @Test("Ctrl-Z turns off the reports of the mouse, and fg turns them on again")
  func suspend() async throws {
    let model = try TinyModelFolder()
    let script = "set -m; \"$0\" \"$@\"; echo \"status $?.\"; read line; fg >/dev/null; echo \"status $?!\""
    let terminal = try PseudoTerminal(
      "/bin/sh", ["-c", script, PseudoTerminal.product("retnet"), "--model", model.path])
    try await terminal.wait("the model is loaded") {
      $0.contains("2 layers × 4 heads") && $0.contains("type a message")
    }
    try terminal.send("a draft\(Self.escape)")
    try await terminal.wait("the panes have the focus") { $0.contains("i type") }
    try terminal.send("?")
    try await terminal.wait("help") { $0.contains("Help") }
    try terminal.send("\u{1A}")
    try await terminal.wait("the shell has the terminal") { $0.contains("status \(128 + SIGTSTP).") }
    #expect(!terminal.screen.modes.contains(1003))
    try terminal.send("\r")
    try await terminal.wait("help again") { $0.contains("Help") && $0.modes.isSuperset(of: [1049, 1003]) }
    try terminal.send(Self.escape)
    try await terminal.wait("the draft") { $0.line(22).hasPrefix(" › a draft") }
    try terminal.send("\u{3}\u{4}")
    try await terminal.wait("it ends") { $0.contains("status 0!") }
  }

  @Test("In plain mode on a terminal, arrow keys are not part of a line")
  func plainArrows() async throws {
    let model = try TinyModelFolder()
    let terminal = try PseudoTerminal(PseudoTerminal.product("retnet"), ["--model", model.path, "--plain"])
    try await terminal.wait("the prompt") { $0.contains("is ready") }
    try terminal.send("\(Self.escape)[A:sta\(Self.escape)[Dte\r")
    try await terminal.wait("the command is carried out") { $0.contains("There is no state yet") }
    try terminal.send("\u{4}")
    #expect(try await terminal.waitForExit() == 0)
  }

  @Test("Plain mode leaves an existing file and names the command that replaces it")
  func plainOverwrite() throws {
    let model = try TinyModelFolder()
    let path = ModelFolder.path(model.path, "talk.json")
    func run(_ command: String) throws -> RetNetProgram {
      try "mine".write(toFile: path, atomically: true, encoding: .utf8)
      return try RetNetProgram(
        ["--model", model.path, "--plain", "--max-tokens", "2"], input: Array("the cat\n\(command) \(path)\n".utf8))
    }
    let refused = try run(":save-session")
    #expect(refused.status == 0)
    #expect(
      refused.errorLines.last == "retnet: '\(path)' exists and is unchanged. ':save-session! \(path)' replaces it.")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    let replaced = try run(":save-session!")
    #expect(replaced.errorLines.last == "retnet: Saved to \(path).")
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("retnet session"))
  }

  @Test("Dragging the mouse is one press: a lesson that is selected by it is not opened")
  func drag() async throws {
    let (terminal, model) = try await start()
    defer { withExtendedLifetime(model) {} }
    try terminal.send("\(Self.escape)4")
    try await terminal.wait("the list") { $0.contains("▸ 1") }
    let press = (5...40).map { "\(Self.escape)[<32;\($0);5M" }.joined()
    try terminal.send("\(Self.escape)[<0;4;5M" + press + "\(Self.escape)[<0;41;5m")
    try await terminal.wait("the lesson of the row is selected") { $0.contains("▸ 3") }
    try await Task.sleep(for: .milliseconds(200))
    #expect(terminal.screen.contains("▸ 3"))
    try terminal.send("\u{4}")
    #expect(try await terminal.waitForExit() == 0)
  }
}
