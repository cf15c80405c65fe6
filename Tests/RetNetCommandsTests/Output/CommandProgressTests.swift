import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetCommands

@Suite("Progress of commands")
struct CommandProgressTests {
  @Test("The line has the task, its share or its count, and the time left at the mean speed")
  func text() {
    #expect(CommandProgress.text("reading", done: 0, of: 0, seconds: 65) == "reading · 0:01:05")
    #expect(CommandProgress.text("reading", done: 0, of: 10, seconds: 65) == "reading · 0 %")
    // 25 of 100 in 30 s leave 75 for 90 s.
    #expect(CommandProgress.text("reading", done: 25, of: 100, seconds: 30) == "reading · 25 % · 0:01:30 left")
    #expect(
      CommandProgress.text("replying", done: 1_500, of: 2_000, unit: "tokens", seconds: 6)
        == "replying · 1,500 of 2,000 tokens · 0:00:02 left")
    // Too early for an estimate; more than everything; a total beyond any file.
    #expect(CommandProgress.text("reading", done: 1, of: 100, seconds: 0.5) == "reading · 1 %")
    #expect(CommandProgress.text("reading", done: 11, of: 10, seconds: 9) == "reading · 100 % · 0:00:00 left")
    #expect(CommandProgress.text("reading", done: .max / 2, of: .max, seconds: 9) == "reading · 50 % · 0:00:09 left")
  }

  @Test("Work with an expected time counts down, then up")
  func expected() {
    #expect(CommandProgress.text("measuring", seconds: 10, expected: 100) == "measuring · 0:01:30 left")
    #expect(CommandProgress.text("measuring", seconds: 101, expected: 100) == "measuring · 0:01:41")
  }

  @Test("Times have hours, minutes and seconds, for any number of seconds")
  func times() {
    #expect(
      [0, 59.9, 60, 3661, -5, 1e300].map(RunTime.text).prefix(5) == [
        "0:00:00", "0:00:59", "0:01:00", "1:01:01", "0:00:00",
      ])
    #expect(RunTime.left(done: 0, of: 5, seconds: 3) == nil)
    #expect(RunTime.left(done: 2, of: 5, seconds: 3) == 4.5)
  }

  @Test("Updates after the end, and an end after the end, have no effect")
  func ended() {
    let progress = CommandProgress("reading", unit: nil, isShown: false)
    progress.update(1, of: 2)
    progress.begin("writing", unit: "files", expected: 3)
    progress.end()
    progress.end()
  }
}

@Suite("Progress on a terminal", .serialized)
struct ProgressTerminalTests {
  private static let retnet = PseudoTerminal.product("retnet")
  /// A text that takes seconds in the recurrent form, and the command that reads it.
  private static func command(_ folder: TemporaryFolder, repetitions: Int = 800) throws -> [String] {
    let text = try folder.write(
      "long text.txt", String(repeating: "The cat saw the dog, and the dog ran away.\n\n", count: repetitions))
    return ["evaluate", "--model", "chat", "--form", "recurrent", "--text", text]
  }

  /// Every line that the program has drawn so far, also those that are gone.
  private static func lines(_ terminal: PseudoTerminal) -> [String] {
    String(decoding: terminal.output, as: UTF8.self).split(separator: "\r")
      .map { String($0.prefix { $0 != "\u{1B}" }) }.filter { $0.hasPrefix("retnet: ") }
  }

  @Test("The line shows file, share and time left, and is gone when the results are there")
  func shown() async throws {
    let folder = try TemporaryFolder()
    let terminal = try PseudoTerminal(Self.retnet, try Self.command(folder), columns: 120)
    #expect(try await terminal.waitForExit() == 0)
    let lines = Self.lines(terminal)
    #expect(lines.contains { $0.hasPrefix("retnet: evaluating ") })
    #expect(lines.contains { $0.contains("long text.txt · ") && $0.contains(" % · 0:0") && $0.hasSuffix(" left") })
    #expect(!terminal.screen.contains("evaluating"), "\(terminal.screen.text)")
    #expect(terminal.screen.line(0).hasPrefix("file"), "\(terminal.screen.text)")
    #expect(terminal.screen.contains("bits/byte"))
  }

  @Test("An error message replaces the line")
  func failed() async throws {
    let folder = try TemporaryFolder()
    let terminal = try PseudoTerminal(
      Self.retnet, try Self.command(folder) + ["--text", folder.path("missing.txt")], columns: 200)
    #expect(try await terminal.waitForExit() == 2)
    #expect(Self.lines(terminal).contains { $0.hasPrefix("retnet: evaluating") })
    #expect(!terminal.screen.contains("evaluating"), "\(terminal.screen.text)")
    #expect(terminal.screen.line(0).hasPrefix("retnet: "), "\(terminal.screen.text)")
    #expect(terminal.screen.line(0).contains("missing.txt"))
  }

  @Test("Ctrl-C removes the line and exits with 130")
  func interrupted() async throws {
    let folder = try TemporaryFolder()
    let terminal = try PseudoTerminal(Self.retnet, try Self.command(folder, repetitions: 20_000), columns: 120)
    try await terminal.wait("the progress is shown") { $0.contains("retnet: evaluating") }
    try terminal.send("\u{3}")
    #expect(try await terminal.waitForExit() == 130)
    #expect(!terminal.screen.contains("evaluating"), "\(terminal.screen.text)")
    #expect(terminal.isCooked)
  }

  @Test("The line never wraps: it is cut to the terminal's width")
  func narrow() async throws {
    let folder = try TemporaryFolder()
    let terminal = try PseudoTerminal(Self.retnet, try Self.command(folder, repetitions: 20_000), columns: 30)
    try await terminal.wait("the progress is shown") { $0.contains("retnet: evaluating") }
    #expect(terminal.screen.line(1).isEmpty, "\(terminal.screen.text)")
    terminal.signal(SIGKILL)
    _ = try await terminal.waitForExit()
  }

  @Test(
    "Nothing is drawn with --quiet, on a terminal that cannot redraw, or if standard error is not a terminal",
    arguments: [
      (["--quiet"], "xterm-256color", ""), ([], "dumb", ""), ([], "", ""), ([], "xterm-256color", "2>/dev/null"),
    ] as [([String], String, String)])
  func hidden(options: [String], type: String, redirection: String) async throws {
    let folder = try TemporaryFolder()
    let command = try (Self.command(folder) + options).map { "'\($0)'" }.joined(separator: " ")
    let terminal = try PseudoTerminal(
      "/bin/sh", ["-c", "'\(Self.retnet)' \(command) \(redirection)"], environment: ["TERM": type], columns: 120)
    #expect(try await terminal.waitForExit() == 0)
    #expect(Self.lines(terminal).isEmpty, "\(terminal.screen.text)")
    #expect(terminal.screen.contains("bits/byte"), "\(terminal.screen.text)")
  }

  @Test("Results in a file are complete while the terminal shows the progress")
  func redirected() async throws {
    let folder = try TemporaryFolder()
    let command = try (Self.command(folder) + ["--json"]).map { "'\($0)'" }.joined(separator: " ")
    let file = folder.path("out.json")
    let terminal = try PseudoTerminal("/bin/sh", ["-c", "'\(Self.retnet)' \(command) >'\(file)'"], columns: 120)
    #expect(try await terminal.waitForExit() == 0)
    #expect(Self.lines(terminal).contains { $0.hasPrefix("retnet: evaluating") })
    #expect(terminal.screen.text.allSatisfy { $0 == "\n" }, "\(terminal.screen.text)")
    let json = try JSONSerialization.jsonObject(with: Data(try folder.bytes("out.json"))) as? [String: Any]
    #expect((json?["tokens"] as? Int ?? 0) > 4000)
  }

  @Test(
    "Each command that may take long shows its progress",
    arguments: [
      ["verify", "--model", "chat", "--text", "…"], ["generate", "--model", "chat", "--raw", "-p", "…"],
      ["convert", "chat", "OUT", "--type", "int4", "--measure", "FILE"], ["bench", "--only", "position"],
    ])
  func commands(_ command: [String]) async throws {
    let folder = try TemporaryFolder()
    let text = String(repeating: "The cat saw the dog, and the dog ran away. ", count: 350)
    let file = try folder.write("text.txt", String(repeating: text + "\n\n", count: 20))
    let arguments = command.map { word in
      switch word {
      case "…": text
      case "OUT": folder.path("out")
      case "FILE": file
      default: word
      }
    }
    let terminal = try PseudoTerminal(Self.retnet, arguments, columns: 120)
    try await terminal.wait("the progress is shown") { _ in Self.lines(terminal).contains { $0.contains(" · ") } }
    terminal.signal(SIGKILL)
    _ = try await terminal.waitForExit()
  }
}
