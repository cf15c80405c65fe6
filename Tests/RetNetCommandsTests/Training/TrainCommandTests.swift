import ArgumentParser
import Foundation
import Testing

@testable import RetNet
@testable import RetNetCommands
@testable import RetNetSession
@testable import RetNetTraining

@Suite("retnet train")
struct TrainCommandTests {
  private func parse(_ line: String) throws -> TrainCommand {
    try TrainCommand.parse(line.split(separator: " ").map(String.init))
  }

  private func message(_ line: String) -> String {
    do {
      _ = try parse(line)
      return ""
    } catch {
      return TrainCommand.message(for: error)
    }
  }

  @Test("Options set the run's values, and missing options have defaults")
  func options() throws {
    let command = try parse(
      "--data a b --valid c --out o --vocabulary 4096 --steps 50 --learning-rate 2e-3 --betas 0.8,0.9 --form parallel")
    var options = TrainingOptions(data: command.data)
    try command.course.apply(to: &options)
    #expect(command.data == ["a", "b"])
    #expect(command.valid == ["c"])
    #expect(options.steps == 50)
    #expect(options.warmUp == 5)
    #expect(options.batchTokens == 4096)
    #expect(options.learningRate == 0.002)
    #expect(options.minimumRate == 0.0002)
    #expect(options.beta1 == 0.8)
    #expect(options.beta2 == 0.9)
    #expect(options.form == .parallel)
    guard case .random(let shape) = try command.start.start(overwrites: false).weights else {
      Issue.record("weights are not random")
      return
    }
    #expect(shape.modelDim == 256)
    #expect(shape.layers == 6)
    #expect(shape.headDim == 32)
    #expect(shape.headValueDim == 64)
    #expect(shape.feedForwardDim == 512)
    #expect(shape.tiedHead)
  }

  @Test("--vocabulary learns pieces or selects bytes")
  func vocabularies() throws {
    func source(_ vocabulary: String) throws -> TrainingStart.TokenizerSource {
      try parse("--data a --out o --vocabulary \(vocabulary)").start.start(overwrites: false).tokenizer
    }
    guard case .learn(vocabularySize: 400) = try source("400"), case .bytes = try source("bytes") else {
      Issue.record("another source of the tokenizer")
      return
    }
    #expect(message("--data a --out o --vocabulary letters").contains("letters"))
  }

  @Test("Options for chat models set the run's values and cannot change when it resumes")
  func chatOptions() throws {
    let course = try parse(
      "--data a b --passes 0.25 2.5 --out o --vocabulary 400 --loss replies --average 0.999 --carry --dropout 0.1 --precision bfloat16"
    )
    .course
    var options = TrainingOptions(data: ["a"])
    try course.apply(to: &options)
    #expect(options.predicted == .replies)
    #expect(options.averageDecay == 0.999)
    #expect(options.dropout == 0.1)
    #expect(options.passes == [0.25, 2.5])
    #expect(options.carriesState)
    #expect(options.precision == .bfloat16)
    try course.checkSame(as: options)
    #expect(throws: TrainingError.settingMismatch(name: "--loss", stored: "all", given: "replies")) {
      try parse("--out o --resume --loss replies").course.checkSame(as: TrainingOptions(data: ["a"]))
    }
    try parse("--out o --resume --passes 1 1").course.checkSame(as: TrainingOptions(data: ["a", "b"]))
    #expect(throws: TrainingError.settingMismatch(name: "--passes", stored: "[0.25, 2.5]", given: "[1.0, 1.0]")) {
      try parse("--out o --resume --passes 1 1").course.checkSame(as: options)
    }
    try parse("--out o --resume").course.checkSame(as: options)
    #expect(throws: TrainingError.settingMismatch(name: "--carry", stored: "false", given: "true")) {
      try parse("--out o --resume --carry").course.checkSame(as: TrainingOptions(data: ["a"]))
    }
    #expect(throws: TrainingError.settingMismatch(name: "--dropout", stored: "0.1", given: "0.2")) {
      try parse("--out o --resume --dropout 0.2").course.checkSame(as: options)
    }
    #expect(throws: TrainingError.settingMismatch(name: "--precision", stored: "bfloat16", given: "float32")) {
      try parse("--out o --resume --precision float32").course.checkSame(as: options)
    }
    options.averageDecay = 0
    #expect(throws: TrainingError.settingMismatch(name: "--average", stored: "0.0", given: "0.999")) {
      try course.checkSame(as: options)
    }
  }

  @Test(
    "Conflicting options are rejected by name",
    arguments: [
      ("--out o --vocabulary 400", "--data"),
      ("--data a --out o", "--tokenizer FILE, or --vocabulary"),
      ("--data a --out o --vocabulary 400 --tokenizer t", "--tokenizer FILE, or --vocabulary"),
      ("--data a --out o --vocabulary 200", "300 or more"),
      ("--data a --out o --init m --layers 3", "--init determines shape"),
      ("--data a --out o --vocabulary 400 --heads 3", "multiple of 2 · --heads, which is 6"),
      ("--data a --out o --vocabulary 400 --heads 0", "--heads is 0"),
      ("--data a --out o --vocabulary 400 --value-dim 9", "multiple of --heads, 8"),
      ("--data a --out o --vocabulary 400 --form parallel --chunk-length 3", "--chunk-length requires"),
      ("--data a --out o --vocabulary 400 --betas 0.9", "--betas"),
      ("--data a --out o --vocabulary 400 --loss some", "--loss"),
      ("--out o --resume --force", "omit --force"),
      ("--data a --out o --vocabulary 400 --minutes=-1", "--minutes is -1.0"),
    ])
  func refused(line: String, words: String) {
    #expect(message(line).contains(words), "\(message(line))")
  }

  @Test("A resumed run has its stored settings: options may repeat them but not change them")
  func sameSettings() throws {
    var stored = TrainingOptions(data: ["a"])
    stored.steps = 70
    try parse("--out o --resume").course.checkSame(as: stored)
    try parse("--out o --resume --steps 70 --seed 1 --form chunkwise").course.checkSame(as: stored)
    let other = try parse("--out o --resume --steps 71").course
    #expect(throws: TrainingError.settingMismatch(name: "--steps", stored: "70", given: "71")) {
      try other.checkSame(as: stored)
    }
  }

  @Test("A terminal shows the run; Ctrl-C stops it with a checkpoint, and --resume continues it")
  func inTerminal() async throws {
    let talk = try Talk()
    defer { withExtendedLifetime(talk) {} }
    let (data, out) = (talk.data, talk.out)
    let shape = ["--model-dim", "16", "--layers", "1", "--heads", "2"]
    let terminal = try PseudoTerminal(
      PseudoTerminal.product("retnet"),
      ["train", "--data", data, "--out", out, "--vocabulary", "300", "--steps", "1000000", "--length", "32"] + shape
        + ["--batch-tokens", "64"])
    try await terminal.wait("the plot is drawn") { $0.contains("of 1000000") && $0.contains("│") }
    try terminal.send("\u{3}")
    #expect(try await terminal.waitForExit() == 130)
    let stopped = try TrainingRun.readCheckpoint(in: out).checkpoint.step
    #expect(stopped > 0)
    #expect(terminal.screen.contains("stopped after \(stopped) steps"))
    let sampling = try Data(contentsOf: URL(fileURLWithPath: out + "/generation_config.json"))
    #expect(try SamplingOptions(json: sampling) == SamplingOptions())

    let resumed = try PseudoTerminal(
      PseudoTerminal.product("retnet"), ["train", "--resume", "--out", out, "--minutes", "0"])
    #expect(try await resumed.waitForExit() == 0)
    #expect(try TrainingRun.readCheckpoint(in: out).checkpoint.step == stopped + 1)
  }

  @Test("A full standard output ends the run with a checkpoint and one line")
  func fullOutput() throws {
    let talk = try Talk()
    let run = try RetNetProgram(
      shell: "\"$RETNET\" train --data '\(talk.data)' --out '\(talk.out)' --vocabulary 300 --steps 1000000 --length 32 "
        + "--model-dim 16 --layers 1 --heads 2 --batch-tokens 64 >/dev/full")
    #expect(run.status == 2)
    #expect(run.errorLines.last?.hasPrefix("retnet: Standard output cannot be written") == true, "\(run.errors)")
    #expect(try TrainingRun.readCheckpoint(in: talk.out).checkpoint.step >= 1)
  }
}

/// Signals to a run without a terminal.
@Suite("retnet train and signals")
struct TrainingSignalTests {
  @Test(
    "SIGHUP, SIGTERM and SIGINT stop a run with a checkpoint of the last step", arguments: [SIGHUP, SIGTERM, SIGINT])
  func stops(signal: Int32) async throws {
    let talk = try Talk()
    let run = try Running("exec", talk)
    try await run.waitForSteps(2)
    kill(run.process.processIdentifier, signal)
    run.process.waitUntilExit()
    #expect(run.process.terminationReason == .exit)
    #expect(run.process.terminationStatus == 128 + signal)
    let step = try TrainingRun.readCheckpoint(in: talk.out).checkpoint.step
    #expect(step >= 2)
    #expect(step == run.steps)
  }

  @Test("SIGHUP stays ignored if the caller ignores it, as nohup does")
  func ignoredHangUp() async throws {
    let talk = try Talk()
    let run = try Running("trap '' HUP; exec", talk)
    try await run.waitForSteps(1)
    kill(run.process.processIdentifier, SIGHUP)
    try await run.waitForSteps(run.steps + 3)
    kill(run.process.processIdentifier, SIGTERM)
    run.process.waitUntilExit()
    #expect(run.process.terminationStatus == 128 + SIGTERM)
  }

  /// A run that ends only on a signal.
  private final class Running {
    let process = Process()
    private let log: String

    init(_ prefix: String, _ talk: Talk) throws {
      log = talk.out + "/log.jsonl"
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = [
        "-c",
        "\(prefix) '\(PseudoTerminal.product("retnet"))' train --data '\(talk.data)' --out '\(talk.out)' "
          + "--vocabulary bytes --steps 1000000 --length 32 --model-dim 16 --layers 1 --heads 2 --batch-tokens 64",
      ]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// The steps in the log.
    var steps: Int { TrainingLog.steps(path: log).last?.step ?? 0 }

    func waitForSteps(_ count: Int) async throws {
      for _ in 0..<3000 {
        if steps >= count { return }
        try await Task.sleep(for: .milliseconds(100))
      }
      Issue.record("\(steps) steps, not \(count)")
    }
  }
}

/// A folder with a small training dialogue, removed on deinitialization.
private final class Talk {
  private let folder: URL
  var data: String { folder.path + "/talk.txt" }
  var out: String { folder.path + "/out" }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("retnet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let lines = [
      "the cat saw the dog", "who saw the cat? the dog did!", "all dogs run and all cats sit",
      "my brother has a boat, and he sails it every summer", "do you like music? yes, very much",
      "we talked about books, films and the weather", "the train leaves at seven, so be quick",
    ]
    let text = (0..<30).map { "U: \(lines[$0 % 7])\nB: \(lines[($0 + 1) % 7])\n" }.joined(separator: "\n")
    try text.write(toFile: data, atomically: true, encoding: .utf8)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }
}
