import Foundation
import Testing

@testable import RetNet

/// Signals, faults and exits of the app in a pseudo-terminal.
@Suite("The app ends or stops with its terminal restored", .serialized)
struct FatalSignalTests {
  private static let program = PseudoTerminal.product("retnet")
  private static let model = Result { try TinyModelFolder() }

  /// The app with its model loaded.
  private func app(_ arguments: [String] = [], environment: [String: String] = [:]) async throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      Self.program, ["--model", try Self.model.get().path] + arguments, environment: environment)
    try await terminal.wait("the model is loaded") { $0.contains("2 layers × 4 heads") }
    return terminal
  }

  private func expectRestored(_ terminal: PseudoTerminal) {
    #expect(terminal.modes == terminal.initialModes)
    // The alternate screen, mouse reports and bracketed paste are off, the cursor is visible.
    #expect(terminal.screen.modes.isDisjoint(with: [1049, 1000, 1002, 1003, 1006, 2004]))
    #expect(terminal.screen.modes.contains(25))
  }

  /// The text after the app has left the alternate screen.
  private func lastLines(_ terminal: PseudoTerminal) -> String {
    let text = String(decoding: terminal.output, as: UTF8.self)
    let rest = text.components(separatedBy: "\u{1B}[?1049l").last ?? ""
    return rest.replacing(/\u{1B}\[[0-9;]*[a-z]/, with: "")
  }

  private static let faults = [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGSYS]

  @Test("A fault restores the terminal, is reported in one line, and ends the app by its signal", arguments: faults)
  func fault(signal: Int32) async throws {
    let terminal = try await app()
    terminal.signal(signal)
    #expect(try await terminal.waitForExit() == 256 + signal)
    expectRestored(terminal)
    let lines = lastLines(terminal).split(separator: "\r\n")
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix("retnet: internal error (signal \(signal), SIG") == true)
  }

  private static let others = [SIGXCPU, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF]

  @Test("Any other signal that ends a process restores the terminal first", arguments: others)
  func other(signal: Int32) async throws {
    let terminal = try await app()
    terminal.signal(signal)
    #expect(try await terminal.waitForExit() == 256 + signal)
    expectRestored(terminal)
    #expect(lastLines(terminal).hasPrefix("retnet: ended by a signal (\(signal), SIG"))
  }

  @Test("A closed pipe or a full file does not end the app by a signal", arguments: [SIGPIPE, SIGXFSZ])
  func ignored(signal: Int32) async throws {
    let terminal = try await app()
    terminal.signal(signal)
    try terminal.send(":quit\r")
    #expect(try await terminal.waitForExit() == 0)
    expectRestored(terminal)
  }

  @Test("With SWIFT_BACKTRACE the runtime's handler follows once the terminal is restored")
  func backtrace() async throws {
    let terminal = try await app(environment: ["SWIFT_BACKTRACE": "enable=no"])
    terminal.signal(SIGSEGV)
    #expect(try await terminal.waitForExit() == 256 + SIGSEGV)
    expectRestored(terminal)
  }

  // MARK: Blocked output

  /// The app while it draws a reply to a terminal that accepts no output.
  private func blockedApp() async throws -> PseudoTerminal {
    let terminal = try await app(["--max-tokens", "100000"])
    try terminal.send("the cat saw the dog\r")
    try await terminal.wait("the reply has begun") { $0.contains("Space pauses") }
    try await Task.sleep(for: .seconds(2))
    return terminal
  }

  @Test("A terminal that accepts no output does not keep a signal from ending the app", arguments: [SIGTERM, SIGHUP])
  func blocked(signal: Int32) async throws {
    let terminal = try await blockedApp()
    terminal.signal(signal)
    #expect(try await terminal.waitForExit(reads: false) == 128 + signal)
    #expect(terminal.modes == terminal.initialModes)
  }

  @Test("Nor a second signal, or a fault")
  func blockedTwice() async throws {
    let terminal = try await blockedApp()
    terminal.signal(SIGTERM)
    terminal.signal(SIGTERM)
    #expect(try await terminal.waitForExit(reads: false) == 128 + SIGTERM)
    #expect(terminal.modes == terminal.initialModes)
    let faulty = try await blockedApp()
    faulty.signal(SIGSEGV)
    #expect(try await faulty.waitForExit(reads: false) == 256 + SIGSEGV)
    #expect(faulty.modes == faulty.initialModes)
  }

  @Test("In plain mode a second SIGINT ends the program if it does not respond to the first")
  func blockedPlain() async throws {
    let terminal = try PseudoTerminal(
      Self.program, ["--model", try Self.model.get().path, "--plain", "--max-tokens", "100000"])
    try await terminal.wait("the model is loaded") { $0.contains("is ready") }
    // The list of commands is longer than what a terminal stores.
    for _ in 0..<40 { try terminal.send(":help\r") }
    try await Task.sleep(for: .seconds(2))
    terminal.signal(SIGINT)
    try await Task.sleep(for: .milliseconds(100))
    terminal.signal(SIGINT)
    #expect(try await terminal.waitForExit(reads: false) == 130)
  }

  // MARK: Job control

  /// The app as the job of a shell. When it stops or ends, the shell prints its status and waits for Enter.
  private func job(_ arguments: [String]) throws -> PseudoTerminal {
    let script = "set -m; \"$0\" \"$@\"; echo \"status $?.\"; read line; fg >/dev/null; echo \"status $?!\""
    return try PseudoTerminal("/bin/sh", ["-c", script, Self.program] + arguments)
  }

  @Test("Ctrl-Z and SIGTSTP stop the app as a shell's job, and fg shows it again", arguments: ["\u{1A}", ""])
  func suspends(key: String) async throws {
    let terminal = try job(["--model", try Self.model.get().path])
    try await terminal.wait("the model is loaded") { $0.contains("2 layers × 4 heads") }
    let appModes = terminal.modes
    if key.isEmpty { terminal.signalForeground(SIGTSTP) } else { try terminal.send(key) }
    try await terminal.wait("the shell has the terminal") { $0.contains("status \(128 + SIGTSTP).") }
    expectRestored(terminal)
    terminal.resize(columns: 100, rows: 30)
    try terminal.send("\r")
    try await terminal.wait("the app is shown in the new size") {
      $0.line(29).contains("Enter sends") && $0.modes.isSuperset(of: [1049, 1000, 2004])
    }
    #expect(terminal.modes == appModes)
    try terminal.send("\u{4}")
    try await terminal.wait("it ends") { $0.contains("status 0!") }
    expectRestored(terminal)
  }

  @Test("After SIGSTOP, fg sets the app's modes again")
  func stopped() async throws {
    let terminal = try job(["--model", try Self.model.get().path])
    try await terminal.wait("the model is loaded") { $0.contains("2 layers × 4 heads") }
    let appModes = terminal.modes
    terminal.signalForeground(SIGSTOP)
    try await terminal.wait("the shell has the terminal") { $0.contains("status \(128 + SIGSTOP).") }
    try terminal.send("\r\n")
    try await terminal.wait("the app is shown") { $0.contains("Enter sends") && !$0.contains("status") }
    #expect(terminal.modes == appModes)
    try terminal.send("\u{4}")
    try await terminal.wait("it ends") { $0.contains("status 0!") }
  }

  @Test("Without a shell, Ctrl-Z has no effect")
  func noShell() async throws {
    let terminal = try await app()
    try terminal.send("\u{1A}the")
    try await terminal.wait("the app still receives keys") { $0.contains("› the") }
    try terminal.send("\u{3}\u{4}")
    #expect(try await terminal.waitForExit() == 0)
  }

  // MARK: Exits while threads compute

  @Test("The app exits cleanly while it computes", arguments: 0..<10)
  func exits(run: Int) async throws {
    let laboratory = try await app()
    // Text for the laboratory to analyse.
    try laboratory.send(":max-tokens 20\rthe cat saw the dog\r")
    try await laboratory.wait("the reply has ended") { !$0.contains("Space pauses") && $0.contains("bot  ") }
    try laboratory.send(":forms costs\r")
    try await Task.sleep(for: .milliseconds(37 * run * run))
    try laboratory.send("\u{4}")
    #expect(try await laboratory.waitForExit() == 0)
    expectRestored(laboratory)
    let reply = try await app(["--max-tokens", "100000"])
    try reply.send("the cat\r")
    try await Task.sleep(for: .milliseconds(31 * run))
    reply.signal(run % 2 == 0 ? SIGTERM : SIGHUP)
    #expect(try await reply.waitForExit() == 128 + (run % 2 == 0 ? SIGTERM : SIGHUP))
    expectRestored(reply)
  }

  // MARK: Mapped files

  @Test(
    "A model file that another process shortens ends the app with a line that names it", arguments: [[], ["--plain"]])
  func shortened(arguments: [String]) async throws {
    let model = try SparseModelFolder()
    let terminal = try PseudoTerminal(
      Self.program, ["--model", model.path] + arguments, columns: 400)
    try await terminal.wait("the model is loaded") { $0.contains("4 layers × 4 heads") || $0.contains("is ready") }
    #expect(truncate(model.weights, 1 << 16) == 0)
    try terminal.send("the cat\r")
    #expect(try await terminal.waitForExit() == 2)
    let lines = String(decoding: terminal.output, as: UTF8.self).components(separatedBy: "\r\n")
    let report = lines.filter { $0.contains("was shortened while it was in use") }
    #expect(report.count == 1)
    #expect(report.first?.contains("'\(model.weights)'") == true)
    #expect(report.first?.hasSuffix("Restore the file and start again.") == true)
    #expect(terminal.modes == terminal.initialModes)
    #expect(terminal.screen.modes.isDisjoint(with: [1049, 1000, 1006, 2004]))
  }
}

/// A model folder whose weights are zero and so large that they are mapped: 100 million numbers in a file with holes.
final class SparseModelFolder: Sendable {
  let path: String
  var weights: String { ModelFolder.path(path, "model.safetensors") }
  private let tiny: TinyModelFolder

  init() throws {
    tiny = try TinyModelFolder()
    path = tiny.path
    let vocabulary = 285
    // Each width of the small model is unique, so that the header of its file shows which width a dimension is.
    let configuration = ModelConfiguration(
      vocabularySize: vocabulary, modelDim: 32, layers: 4, heads: 4, keyDim: 64, valueDim: 96, feedForwardDim: 48)
    try RetNetModel(configuration, seed: 1).save(to: path, type: .bf16)
    let large = [32: 1024, 64: 2048, 96: 3072, 48: 4096, 24: 768]

    var bytes = try Data(contentsOf: URL(fileURLWithPath: weights))
    let length = Int(bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    let header = try JSONSerialization.jsonObject(with: bytes.dropFirst(8).prefix(length)) as? [String: Any] ?? [:]
    var offset = 0
    var entries: [String: Any] = [:]
    for name in header.keys.sorted() {
      guard var entry = header[name] as? [String: Any], let shape = entry["shape"] as? [Int] else { continue }
      let scaled = shape.map { large[$0] ?? $0 }
      let end = offset + 2 * scaled.reduce(1, *)
      entry["shape"] = scaled
      entry["data_offsets"] = [offset, end]
      entries[name] = entry
      offset = end
    }
    var text = try JSONSerialization.data(withJSONObject: entries)
    while text.count % 8 != 0 { text.append(0x20) }
    bytes = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text
    try bytes.write(to: URL(fileURLWithPath: weights))
    guard truncate(weights, off_t(bytes.count + offset)) == 0 else { throw POSIXError(.ENOSPC) }

    let file = URL(fileURLWithPath: ModelFolder.path(path, "config.json"))
    var json = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
    for (key, value) in json {
      if key.hasSuffix("size"), let width = value as? Int, let scaled = large[width] { json[key] = scaled }
    }
    try JSONSerialization.data(withJSONObject: json).write(to: file)
  }
}
