import Foundation
import Testing

@testable import RetNet

/// The program in a pseudo-terminal, with an untrained model.
@Suite("retnet in a terminal", .serialized)
struct ChatTerminalTests {
  private static let program = PseudoTerminal.product("retnet")

  /// The token count in the header.
  private func tokens(_ screen: VTScreen) -> Int? {
    let words = screen.line(0).split(separator: " ")
    return words.firstIndex(of: "tok").flatMap { Int(words[$0 - 1].prefix { $0 != "/" }) }
  }

  @Test("Start, chat, pause, step, back, resize, stop, quit restores the terminal")
  func session() async throws {
    let model = try TinyModelFolder()
    let terminal = try PseudoTerminal(Self.program, ["--model", model.path])
    try await terminal.wait("the model is loaded") {
      $0.contains("2 layers × 4 heads") && $0.contains("type a message")
    }
    try terminal.send(":speed 4\r:max-tokens 400\r")
    try terminal.send("the cat saw the dog\r")
    try await terminal.wait("the reply has begun") {
      $0.contains("you  the cat saw the dog") && $0.contains("bot  ") && $0.contains("Space pauses")
    }
    try terminal.send(" ")
    try await terminal.wait("it is paused") { $0.contains("Space resumes") }
    try terminal.send("\u{1B}OC")
    try await Task.sleep(for: .milliseconds(300))
    var before = 0
    try await terminal.wait("tokens are counted") { screen in
      before = tokens(screen) ?? 0
      return before > 0
    }
    try terminal.send("\u{1B}OC")
    try await terminal.wait("one step forward") { tokens($0) == before + 1 }
    try terminal.send("\u{1B}OD\u{1B}OD")
    try await terminal.wait("two steps back") { tokens($0) == before - 1 }

    terminal.resize(columns: 120, rows: 40)
    try await terminal.wait("the wide screen") { $0.contains("Next token") && $0.contains("S after") }
    terminal.resize(columns: 20, rows: 5)
    try await terminal.wait("the small screen") { $0.contains("at least 40×10") }
    terminal.resize(columns: 80, rows: 24)
    try await terminal.wait("the first size") { $0.contains("Space resumes") }

    try terminal.send("\u{3}")
    try await terminal.wait("it is stopped") { $0.contains("The reply is stopped") }
    try terminal.send("\u{3}")
    try await terminal.wait("Ctrl-C says how to quit") { $0.contains("Ctrl-D or :quit quits") }
    #expect(!terminal.isCooked)
    try terminal.send("\u{4}")
    #expect(try await terminal.waitForExit() == 0)
    #expect(terminal.isCooked)
    #expect(!terminal.screen.modes.contains(1049))
  }

  @Test("SIGTERM and SIGHUP restore the terminal", arguments: [SIGTERM, SIGHUP])
  func terminated(signal: Int32) async throws {
    let model = try TinyModelFolder()
    let terminal = try PseudoTerminal(Self.program, ["--model", model.path])
    try await terminal.wait("the model is loaded") { $0.contains("2 layers × 4 heads") }
    terminal.signal(signal)
    #expect(try await terminal.waitForExit() == 128 + signal)
    #expect(terminal.isCooked)
    #expect(!terminal.screen.modes.contains(1049))
  }

  @Test("Without a model the screen shows the error and can be quit")
  func noModel() async throws {
    let terminal = try PseudoTerminal(Self.program, ["--model", "/nonexistent/model"])
    try await terminal.wait("the error is shown") { $0.contains("There is no model '/nonexistent/model'") }
    try terminal.send(":quit\r")
    #expect(try await terminal.waitForExit() == 0)
  }

  @Test("An unknown TERM gives a message and plain mode; Ctrl-C when idle exits with 130")
  func unknownTerminal() async throws {
    let model = try TinyModelFolder()
    let terminal = try PseudoTerminal(
      Self.program, ["--model", model.path, "--max-tokens", "5"], environment: ["TERM": "no-such-terminal"],
      columns: 200)
    try await terminal.wait("the plain mode") { $0.contains("TERM is 'no-such-terminal'") && $0.contains("is ready") }
    try terminal.send(":state\r")
    try await terminal.wait("an answer") { $0.contains("There is no state yet") }
    try terminal.send("\u{3}")
    #expect(try await terminal.waitForExit() == 130)
  }

  // MARK: Pipes

  private func pipe(_ arguments: [String], input: String) throws -> (status: Int32, output: String, messages: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["XDG_CONFIG_HOME": "/nonexistent"]) { $1 }
    let (input_, output, messages) = (Pipe(), Pipe(), Pipe())
    process.standardInput = input_
    process.standardOutput = output
    process.standardError = messages
    try process.run()
    try input_.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try input_.fileHandleForWriting.close()
    let result = output.fileHandleForReading.readDataToEndOfFile()
    let words = messages.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: result, as: UTF8.self), String(decoding: words, as: UTF8.self))
  }

  @Test("In a pipe stdout has only results, and the end of input exits with 0")
  func piped() throws {
    let model = try TinyModelFolder()
    let result = try pipe(
      ["--model", model.path, "--plain"], input: ":max-tokens 4\n:sampling\n:bogus\nthe cat\n:undo\n:state\n")
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first?.hasPrefix("temperature 0.8") == true)
    #expect(lines.dropLast().last == "There is no state yet: type a message first.")
    #expect(!result.output.contains("›"))
    #expect(result.messages.contains("There is no command :bogus"))
  }

  @Test("A prompt with the same seed gives the same reply; --screenshot saves the screen")
  func prompt() throws {
    let model = try TinyModelFolder()
    let arguments = ["chat", "--model", model.path, "-p", "the cat", "--max-tokens", "6", "--seed", "3"]
    let first = try pipe(arguments, input: "")
    #expect(first.status == 0)
    #expect(first.output.hasSuffix("\n"))
    #expect(first.output.count > 1)
    #expect(try pipe(arguments, input: "").output == first.output)
    let picture = ModelFolder.path(model.path, "screen.txt")
    #expect(try pipe(arguments + ["--screenshot", picture, "--size", "100x30"], input: "").status == 0)
    #expect(try String(contentsOfFile: picture, encoding: .utf8).contains("you  the cat"))
  }

  private static let wrong: [(String, Int32)] = [
    ("--model /nonexistent/model -p hi", 2), ("--temperature -1", 64), ("-p x --screenshot a.png", 64),
    ("--max-tokens 0", 64), ("-p x --size 9 --screenshot a.txt", 64),
  ]

  @Test("Bad input is one line on stderr and exit 2, bad usage exit 64", arguments: wrong)
  func badInput(line: String, status: Int32) throws {
    let result = try pipe(["chat"] + line.split(separator: " ").map(String.init), input: "")
    #expect(result.status == status)
    #expect(result.output.isEmpty)
    #expect(!result.messages.isEmpty)
    if status == 2 { #expect(result.messages.split(separator: "\n").count == 1) }
  }

  @Test("An empty prompt and a missing tokenizer give an error and status 2")
  func emptyPrompt() throws {
    let model = try TinyModelFolder()
    let empty = try pipe(["--model", model.path, "-p", "  "], input: "")
    #expect(empty.status == 2)
    #expect(empty.messages == "retnet: The message is empty. Type some text.\n")
    try FileManager.default.removeItem(atPath: ModelFolder.path(model.path, ModelFolder.tokenizerFile))
    let missing = try pipe(["--model", model.path, "-p", "hi"], input: "")
    #expect(missing.status == 2)
    #expect(missing.messages.contains("tokenizer.model"))
  }
}
