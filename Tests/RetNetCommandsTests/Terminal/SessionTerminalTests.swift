import Foundation
import TestSupport
import Testing

/// Saved sessions of the program in a pseudo-terminal, with an untrained model.
@Suite("Saved sessions in a terminal", .serialized)
struct SessionTerminalTests {
  private static let program = PseudoTerminal.product("retnet")

  @Test("A session survives SIGKILL, is refused while it is open, and resumes with its text")
  func killed() async throws {
    let (model, home) = (try TinyModelFolder(), try TemporaryFolder())
    let environment = ["XDG_STATE_HOME": home.path("state")]
    func start(_ options: [String] = []) async throws -> PseudoTerminal {
      let terminal = try PseudoTerminal(
        Self.program, ["--model", model.path, "--max-tokens", "8"] + options, environment: environment)
      try await terminal.wait("the model is loaded") { $0.contains("2 layers × 4 heads") }
      return terminal
    }
    let terminal = try await start()
    try terminal.send("\u{1B}")  // ends the tour
    try await Task.sleep(for: .milliseconds(200))
    try terminal.send("the cat saw the dog\r")
    let folder = home.path("state/retnet/sessions")
    var saved: [String] = []
    for _ in 0..<200 where saved.isEmpty {
      try await terminal.wait("the message is shown") { $0.contains("the cat saw the dog") }
      try await Task.sleep(for: .milliseconds(50))
      saved = (try? FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }) ?? []
    }
    #expect(saved.count == 1)
    let refused = try RetNetProgram(["--plain", "--model", model.path, "--resume"], environment: environment)
    #expect(refused.status == 2)
    #expect(refused.errorLines.count == 1)
    #expect(refused.errors.contains("is open in process \(terminal.process)"))
    terminal.signal(SIGKILL)
    _ = try await terminal.waitForExit()

    let resumed = try await start(["--resume", "the cat"])
    try await resumed.wait("the text is back") { $0.contains("you  the cat saw the dog") }
    try resumed.send(":quit\r")
    #expect(try await resumed.waitForExit() == 0)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(left.allSatisfy { $0.hasSuffix(".json") }, "\(left)")
    let shown = try RetNetProgram(["sessions", "show", "the cat"], environment: environment)
    #expect(shown.output.contains("> the cat saw the dog\n"))
    #expect(try RetNetProgram(["sessions", "delete", "the cat"], environment: environment).status == 0)
    #expect(try RetNetProgram(["sessions", "list"], environment: environment).output.isEmpty)
  }

  @Test("--no-save saves nothing, and a session of another model is refused")
  func refused() async throws {
    let (model, home) = (try TinyModelFolder(), try TemporaryFolder())
    let environment = ["XDG_STATE_HOME": home.path("state")]
    let terminal = try PseudoTerminal(
      Self.program, ["--plain", "--no-save", "--model", model.path, "--max-tokens", "4"], environment: environment)
    try await terminal.wait("it is ready") { $0.contains("is ready") }
    try terminal.send("hello\r:quit\r")
    #expect(try await terminal.waitForExit() == 0)
    #expect(!FileManager.default.fileExists(atPath: home.path("state/retnet/sessions")))
    let none = try RetNetProgram(["--plain", "--model", model.path, "--resume"], environment: environment)
    #expect(none.status == 2)
    #expect(none.errors.contains("There is no saved session of the model 'tiny'"))
  }

  @Test("SIGKILL at any time leaves a complete session, which only grows")
  func killedAtAnyTime() async throws {
    let (model, home) = (try TinyModelFolder(), try TemporaryFolder())
    let environment = ["XDG_STATE_HOME": home.path("state")]
    var turns = 0
    for round in 0..<6 {
      let terminal = try PseudoTerminal(
        Self.program,
        ["--plain", "--model", model.path, "--max-tokens", "4"] + (turns > 0 ? ["--resume"] : []),
        environment: environment)
      try await terminal.wait("it is ready") { $0.contains("is ready") }
      for _ in 0..<20 { try terminal.send("the cat\r") }
      if round == 0 { try await terminal.wait("a reply ended") { $0.contains("ended at 4 tokens") } }
      try await Task.sleep(for: .milliseconds(Int.random(in: 50...700)))
      terminal.signal(SIGKILL)
      _ = try await terminal.waitForExit()
      let listed = try RetNetProgram(["sessions", "list", "--json"], environment: environment)
      let json = try #require(try listed.json())
      #expect((json["skipped"] as? [Any])?.isEmpty == true, "\(listed.output)")
      let sessions = json["sessions"] as? [[String: Any]] ?? []
      // A kill before the first save leaves no session.
      guard let now = sessions.first?["turns"] as? Int else { continue }
      #expect(sessions.count == 1)
      #expect(now >= turns, "round \(round)")
      turns = now
    }
    #expect(turns > 0)
  }
}
