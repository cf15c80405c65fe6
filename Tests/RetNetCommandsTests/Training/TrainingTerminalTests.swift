import Foundation
import Testing

@testable import RetNet

/// A run that a terminal shows.
@Suite("retnet train in a terminal", .serialized)
struct TrainingTerminalTests {
  private static let program = PseudoTerminal.product("retnet")

  /// A run of unlimited length in a folder that is removed afterwards.
  private final class Run: Sendable {
    let tiny: TinyModelFolder
    let arguments: [String]

    init() throws {
      tiny = try TinyModelFolder()
      arguments = [
        "train", "--data", tiny.path + "/dialogue.txt", "--out", tiny.path + "/run", "--vocabulary", "bytes",
        "--model-dim", "16", "--layers", "1", "--heads", "2", "--steps", "1000000", "--batch-tokens", "64", "--length", "32",
      ]
    }
  }

  @Test("A display that accepts no output does not delay the end of training")
  func blockedDisplay() async throws {
    let run = try Run()
    let terminal = try PseudoTerminal(Self.program, run.arguments, columns: 400, rows: 60)
    try await terminal.wait("some steps") { $0.contains("tokens/s") }
    try await Task.sleep(for: .seconds(3))
    terminal.signal(SIGTERM)
    try await Task.sleep(for: .milliseconds(1500))
    terminal.signal(SIGTERM)
    #expect(try await terminal.waitForExit(reads: false) == 128 + SIGTERM)
  }

  @Test("While lines cannot be written, a second signal ends training at once")
  func blockedLines() async throws {
    let run = try Run()
    let terminal = try PseudoTerminal(Self.program, run.arguments + ["--json"])
    try await terminal.wait("a step") { $0.contains("\"loss\"") }
    try await Task.sleep(for: .seconds(2))
    terminal.signal(SIGTERM)
    try await Task.sleep(for: .milliseconds(1500))
    terminal.signal(SIGTERM)
    #expect(try await terminal.waitForExit(reads: false) == 128 + SIGTERM)
  }

  @Test("After Ctrl-Z and fg the display is drawn below the shell's lines")
  func suspended() async throws {
    let run = try Run()
    let script = "set -m; \"$0\" \"$@\"; echo \"status $?.\"; read line; fg >/dev/null; echo \"status $?!\""
    let terminal = try PseudoTerminal("/bin/sh", ["-c", script, Self.program] + run.arguments)
    try await terminal.wait("some steps") { $0.contains("tokens/s") }
    try terminal.send("\u{1A}")
    try await terminal.wait("the shell has the terminal") { $0.contains("status \(128 + SIGTSTP).") }
    let before = terminal.output.count
    try terminal.send("\r")
    try await terminal.wait("the display is drawn") { _ in
      String(decoding: terminal.output[before...], as: UTF8.self).contains("tokens/s")
    }
    let drawn = String(decoding: terminal.output[before...], as: UTF8.self).components(separatedBy: "tokens/s")[0]
    #expect(drawn.contains("retnet train"))
    #expect(!drawn.contains(/\u{1B}\[[0-9]+A/))
    try terminal.send("\u{3}")
    try await terminal.wait("training ends") { $0.contains("status \(128 + SIGINT)!") }
  }
}
