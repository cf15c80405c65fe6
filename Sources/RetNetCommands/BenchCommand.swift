import ArgumentParser
import CMalloc
import Foundation
import RetNet
import RetNetAnalysis
import RetNetSession
import RetNetTUI
import RetNetTraining

/// `retnet bench`: measures the speed of a model and the limits of the machine.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure the speed of a model and compare it with the limits of this machine.",
    discussion: """
      Sections: limits (peak rates of matrix products and memory reads), decode (token by token, with each type of \
      weights), prefill (a text, by form and length), training (whole steps), state (snapshots), start (time to the \
      first token and the first frame), screen (drawing a frame), position (a step at a late position compared with an \
      early one), turns (undo, branch and edit in a conversation).

      "of limit" is a share of the peak rate of the machine, measured in the same run. For decode, the bytes of the \
      weights (one row of an embedding that is not the head) and of the state, read and written, are compared with the \
      rate of reading memory of the weights' size. For prefill and training, 2 operations per multiply-add of weights \
      and retention are compared with one large sgemm. docs/performance.md has the formulas.

      Repetitions are interleaved and compared by their medians. Measurements beyond --seconds or the available memory are skipped.

      With --json: {"limits":{"sgemmGFLOPS":…,"readGBs":…},"decode":[{"type":…,"threads":…,"tokensPerSecond":…, \
      "ofLimit":…}],"prefill":[{"form":…,"length":…,"tokensPerSecond":…}],"training":{"tokensPerSecond":…,"ofLimit":…}, \
      "positionRatio":…,"firstFrameSeconds":…} and more; null or [] for a section that was not measured.
      """)

  @OptionGroup(title: "Model") var model: ModelArguments
  @Option(help: "Maximum number of threads; one thread is measured too.") var threads = ProcessInfo.processInfo
    .activeProcessorCount
  @Option(
    help: ArgumentHelp("Comma-separated sections. (default: all)", valueName: "section,section"),
    transform: BenchSection.list)
  var only: [BenchSection] = BenchSection.allCases
  @Option(help: "Time limit of all sections in seconds. (default: 100, with --full 900)") var seconds: Double?
  @Flag(help: "Prefill at every power of two from 256 to 65,536 tokens.") var full = false
  @Option(
    help: ArgumentHelp("Plot the time of a token against length and position, as SVG.", valueName: "file.svg"),
    completion: PlotFile.completion, transform: PlotFile.init)
  var plot: PlotFile?
  @OptionGroup var progress: ProgressArguments
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads is \(threads), but must be from 1 to 1024.")
    }
    if let seconds, !(seconds > 0 && seconds <= 86400) {
      throw ValidationError("--seconds is \(seconds), but must be above 0 and at most 86400.")
    }
    if plot == nil { return }
    guard only.contains(.prefill) || only.contains(.position) else {
      throw ValidationError("--plot needs the section prefill or position: add one to --only, or omit --only.")
    }
  }

  @MainActor func run() async throws {
    let start = Stopwatch.now()
    try plot?.check()
    let folder = try model.folder()
    let model = try ModelLoading.weights(folder, dialect: self.model.dialect)
    BLASThreads.set(1)  // each worker uses one core
    var report = BenchReport(model: folder, parameters: model.parameterCount, threads: threads)
    let plan = BenchSection.plan(only, seconds: seconds ?? (full ? 900 : 100))
    let shown = progress.start("measuring")
    defer { shown.end() }
    for (index, (section, seconds)) in plan.enumerated() {
      shown.begin(
        "measuring \(section.rawValue) · section \(index + 1) of \(plan.count)",
        expected: plan[index...].reduce(0) { $0 + $1.seconds })
      switch section {
      case .start, .screen, .turns, .tree: await measureApp(section, folder, seconds: seconds, into: &report)
      default:
        let memory = Int(clamping: Int64(min(AvailableMemory.bytes, Double(report.machine.memoryBytes))))
        try measureLibrary(section, model, seconds: seconds, memoryBytes: memory, into: &report)
      }
    }
    report.peakMemoryBytes = PeakMemory.ofThisProcess
    report.seconds = Stopwatch.now() - start
    shown.end()
    for note in report.notes { StandardError.message(note) }
    try plot?.write(report.plot)
    let output = StandardOutput()
    if json { try report.write(JSONWriter(output)) } else { try output.write(report.text) }
    try output.flush()
  }

  /// - Parameter memoryBytes: the available memory. What needs more is skipped, and becomes a note.
  func measureLibrary(
    _ section: BenchSection, _ model: RetNetModel, seconds: Double, memoryBytes: Int, into report: inout BenchReport
  ) throws {
    switch section {
    case .limits: report.limits = try MachineLimits.measure(model, threads: threads, seconds: seconds)
    case .decode:
      report.decode = try DecodeBenchmark.run(
        model, threads: threads > 1 ? [1, threads] : [1], seconds: seconds, memoryBytes: memoryBytes)
      let missing = WeightType.allCases.filter { type in !report.decode.contains { $0.type == type } }
      if !missing.isEmpty {
        report.notes.append("not enough memory for this model as \(missing.map(\.rawValue).joined(separator: ", ")).")
      }
    case .prefill:
      let lengths = full ? PrefillBenchmark.allLengths : PrefillBenchmark.fewLengths
      let (results, tooLarge) = try PrefillBenchmark.run(
        model, lengths: lengths, threads: threads, seconds: seconds, memoryBytes: memoryBytes)
      report.prefill = results
      if !tooLarge.isEmpty {
        report.notes.append(
          "not enough memory for prefill of "
            + tooLarge.map { "\($0.length) tokens in the \($0.form) form" }.joined(separator: ", ") + ".")
      }
      let missing = PrefillBenchmark.cases(lengths: lengths).count - results.count - tooLarge.count
      if missing > 0 { report.notes.append("\(missing) cases of prefill did not fit into the time; see --seconds.") }
    case .training:
      guard TrainingBenchmark.memory(model, threads: threads).bytes <= Double(memoryBytes) else {
        return report.notes.append("not enough memory to train this model: training is skipped.")
      }
      report.training = try TrainingBenchmark.run(model, threads: threads, seconds: seconds)
    case .state: report.state = try StateBenchmark.run(model, seconds: seconds)
    case .position: report.positions = try PositionBenchmark.run(model, threads: threads, seconds: seconds)
    case .start, .screen, .turns, .tree: break
    }
  }

  private func engine(_ folder: String) throws -> Engine {
    let weights = try ModelLoading.weights(folder, dialect: model.dialect)
    return try Engine(
      model: weights, tokenizer: try ModelLoading.tokenizer(folder, for: nil), norms: weights.norms,
      sampling: try SamplingOptions.stored(in: folder), threads: threads)
  }

  /// Measures a section that needs a terminal and a tokenizer. A failure becomes a note; the other figures are kept.
  @MainActor private func measureApp(
    _ section: BenchSection, _ folder: String, seconds: Double, into report: inout BenchReport
  ) async {
    do {
      if section == .turns {
        let loaded = try LoadedModel.read(folder, dialect: model.dialect, threads: threads)
        report.turns = try await BenchTurns.measure(loaded, seconds: seconds)
      } else if section == .start {
        report.start = try BenchStart.measure(folder, dialect: model.dialect, seconds: seconds)
      } else if section == .tree {
        report.tree = try await TreeBenchmark.run(try engine(folder)) {
          let bytes = malloc_bytes_in_use()
          return bytes > 0 ? Int(bytes) : nil
        }
      } else {
        let loaded = try LoadedModel.read(folder, dialect: model.dialect, threads: threads)
        report.screen = try await BenchScreen.measure(loaded, seconds: seconds / 3)
        report.app = try await BenchApp.measure(loaded, threads: threads, seconds: seconds * 2 / 3)
      }
    } catch {
      report.notes.append("\(section.rawValue) is skipped: \(StandardError.words(error))")
    }
  }
}
