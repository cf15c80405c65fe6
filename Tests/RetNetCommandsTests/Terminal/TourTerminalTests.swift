import Foundation
import TestSupport
import Testing

@Suite("The tour in a terminal", .serialized)
struct TourTerminalTests {

  @Test("The first start shows the tour, Esc ends it, and the second start has none")
  func once() async throws {
    let (folder, model) = (try TemporaryFolder(), try TinyModelFolder())
    func start() throws -> PseudoTerminal {
      try PseudoTerminal(
        PseudoTerminal.product("retnet"), ["--model", model.path], environment: ["XDG_STATE_HOME": folder.root])
    }
    let first = try start()
    try await first.wait("the tour") { $0.contains("Tour 1/7") && $0.contains("type a message") }
    #expect(first.screen.line(23).isEmpty || first.screen.line(22).contains("Tour 1/7"))
    try first.send("the cat\r")
    try await first.wait("the message starts the next step") { $0.contains("Tour 2/7") || $0.contains("Tour 3/7") }
    try first.send("\u{1B}")
    try await first.wait("the tour has ended") { !$0.contains("Tour") || $0.contains("The tour has ended") }
    try first.send("\u{3}\u{3}:quit\r")
    #expect(try await first.waitForExit() == 0)
    #expect(first.isCooked)
    #expect(try folder.contents() == ["retnet"])

    let second = try start()
    try await second.wait("the model is loaded") { $0.contains("2 layers × 4 heads") && $0.contains("type a message") }
    #expect(!second.screen.contains("Tour 1/7"))
    try second.send(":tour\r")
    try await second.wait("the tour on request") { $0.contains("Tour 1/7") }
    try second.send(":quit\r")
    #expect(try await second.waitForExit() == 0)
  }

  @Test("If the record cannot be written, the tour works and one notice says so")
  func unwritable() async throws {
    let (folder, model) = (try TemporaryFolder(), try TinyModelFolder())
    let blocked = try folder.write("blocked", "a file")
    let terminal = try PseudoTerminal(
      PseudoTerminal.product("retnet"), ["--model", model.path], environment: ["XDG_STATE_HOME": blocked])
    try await terminal.wait("the notice") { $0.contains("at the next start too.") && $0.contains("Tour 1/7") }
    try terminal.send("the cat\r")
    try await terminal.wait("the tour continues") { $0.contains("Tour 2/7") || $0.contains("Tour 3/7") }
    #expect(!terminal.screen.contains("at the next start too."))
    try terminal.send("\u{3}\u{3}:quit\r")
    #expect(try await terminal.waitForExit() == 0)
  }

  @Test("A pipe and --plain have no tour and leave no record")
  func lines() throws {
    let (folder, model) = (try TemporaryFolder(), try TinyModelFolder())
    for arguments in [["--plain"], []] {
      let result = try RetNetProgram(
        ["--model", model.path] + arguments, input: Array(":state\n".utf8), environment: ["XDG_STATE_HOME": folder.root]
      )
      #expect(result.status == 0)
      #expect(!(result.output + result.errors).lowercased().contains("tour"))
    }
    #expect(try folder.contents().isEmpty)
  }
}
