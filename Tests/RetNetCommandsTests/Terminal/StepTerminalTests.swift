import Foundation
import Testing

@testable import RetNet

/// Steps on the program's screen, in a pseudo-terminal, with an untrained model.
@Suite("Steps in a terminal", .serialized)
struct StepTerminalTests {
  /// A reply that is paused, with the focus on the panes.
  private func paused() async throws -> (terminal: PseudoTerminal, model: TinyModelFolder) {
    let model = try TinyModelFolder()
    let terminal = try PseudoTerminal(PseudoTerminal.product("retnet"), ["--model", model.path])
    try await terminal.wait("the model is loaded") { $0.contains("type a message") }
    try terminal.send(":speed 2\r:max-tokens 400\rthe cat\r")
    try await terminal.wait("the reply has begun") { $0.contains("bot  ") }
    try terminal.send("\u{1B}")
    try await terminal.wait("the panes have the focus") { $0.contains("i or Tab") }
    try terminal.send(" ")
    try await terminal.wait("the reply is paused") { $0.contains("PAUSED") }
    return (terminal, model)
  }

  /// Presses a key, and waits for the whole step at another position.
  ///
  /// - Returns: whether a part of the step was visible before.
  private func step(_ terminal: PseudoTerminal, _ key: String) async throws -> Bool {
    let before = terminal.screen.line(0)
    var hasSeenPart = false
    try terminal.send(key)
    try await terminal.wait("the whole step at another position") {
      guard $0.line(0) != before else { return false }
      if $0.contains("S before"), !$0.contains("‖kᵀv‖") { hasSeenPart = true }
      return $0.contains("‖kᵀv‖")
    }
    return hasSeenPart
  }

  private func quit(_ terminal: PseudoTerminal) async throws {
    try terminal.send("\u{4}")
    #expect(try await terminal.waitForExit() == 0)
  }

  @Test("→ shows S before ahead of kᵀv, and ← shows the undone step; :motion off shows the whole step at once")
  func frames() async throws {
    let (terminal, model) = try await paused()
    defer { withExtendedLifetime(model) {} }
    // A frame lasts 150 ms. On a busy machine this process may sleep through one, so several steps are tried.
    var hasSeenPart = false
    for _ in 0..<20 where !hasSeenPart {
      hasSeenPart = try await step(terminal, "\u{1B}[C")
      try await Task.sleep(for: .milliseconds(700))
    }
    #expect(hasSeenPart)
    _ = try await step(terminal, "\u{1B}[D")
    try await Task.sleep(for: .milliseconds(700))
    try terminal.send(":motion off\r")
    try await terminal.wait("the setting") { $0.contains("Steps are shown at once.") }
    for _ in 0..<3 {
      #expect(try await !step(terminal, "\u{1B}[C"))
      try await Task.sleep(for: .milliseconds(700))
    }
    try await quit(terminal)
  }

  @Test("A replay steps through the recorded tokens by itself, and Space stops it")
  func replay() async throws {
    let (terminal, model) = try await paused()
    defer { withExtendedLifetime(model) {} }
    try terminal.send(":goto start\r")
    try await terminal.wait("the start") { $0.contains("PAUSED") && $0.contains(" 0/") }
    try terminal.send(":replay 20\r")
    try await terminal.wait("the replay") { $0.contains("REPLAY") }
    try await terminal.wait("its end") { $0.contains("The replay has reached the last token.") }
    try await quit(terminal)
  }
}
