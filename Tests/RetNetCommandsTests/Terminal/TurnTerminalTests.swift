import Foundation
import Testing

@testable import RetNet

@Suite("Turns in a terminal", .serialized)
struct TurnTerminalTests {
  @Test("Keys select a turn, draw another reply, edit the message and reset the session")
  func turns() async throws {
    let model = try TinyModelFolder()
    defer { withExtendedLifetime(model) {} }
    let terminal = try PseudoTerminal(PseudoTerminal.product("retnet"), ["--model", model.path])
    try await terminal.wait("the model is loaded") { $0.contains("type a message") }
    try terminal.send(":max-tokens 8\rthe cat saw the dog\r")
    try await terminal.wait("the reply has ended") { $0.contains("bot  ") && $0.contains("Enter sends") }
    try terminal.send("\u{1B}")
    try await terminal.wait("the panes have the focus") { $0.contains("i or Tab") }
    try terminal.send("V")
    try await terminal.wait("the last turn is selected") { $0.contains("turn 1 of 0–1") && $0.contains("r again") }
    try terminal.send("r")
    try await terminal.wait("the selection ends with the change") { !$0.contains("turn 1 of 0–1") }
    try terminal.send(":explore branches\r")
    try await terminal.wait("both replies are branches") { $0.contains("Branches  2") }
    try terminal.send("1V\u{1B}[Ae")
    try await terminal.wait("the message is on the input line") { $0.contains("› the cat saw the dog") }
    try terminal.send("\u{15}all dogs\r")
    try await terminal.wait("the other message is sent") {
      $0.contains("you  all dogs") && !$0.contains("you  the cat saw the dog")
    }
    try terminal.send(":reset\r")
    try await terminal.wait("the session is empty") { $0.contains("The session is empty") }
    try terminal.send("\u{4}")
    #expect(try await terminal.waitForExit() == 0)
  }
}
