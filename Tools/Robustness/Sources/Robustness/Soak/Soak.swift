import CRobustness
import Foundation

@testable import RetNet
@testable import RetNetSession
@testable import RetNetText
@testable import RetNetTraining
@testable import TestSupport

/// `soak --steps N --messages N --events N --training N --seed S --only PART`: long runs in one process. Each prints a
/// table, and whether memory, speed and numbers stay as they were.
enum Soak {
  static func run(_ arguments: [String]) async throws -> Int32 {
    let options = try Options(arguments, names: ["steps", "messages", "events", "training", "seed", "only"])
    let seed = try options.seed()
    var verdicts: [Verdict] = []
    func isChosen(_ part: String) -> Bool { options.text("only").map { $0 == part } ?? true }
    if isChosen("steps") { verdicts.append(try steps(try options.integer("steps", default: 20_000), seed: seed)) }
    if isChosen("training") { verdicts.append(try training(try options.integer("training", default: 200))) }
    if isChosen("messages") {
      verdicts.append(try await AppSoak.messages(try options.integer("messages", default: 200), seed: seed))
    }
    if isChosen("events") {
      verdicts.append(try await AppSoak.events(try options.integer("events", default: 2000), seed: seed))
    }
    for verdict in verdicts { print(verdict.text) }
    return verdicts.allSatisfy { $0.problems.isEmpty } ? 0 : 1
  }

  struct Verdict {
    var part: String
    var problems: [String]

    var text: String { "\(part): \(problems.isEmpty ? "passed" : "FAILED: " + problems.joined(separator: "; "))" }
  }

  /// Recurrent steps of one text: the position is exact, no logit is NaN, and memory and speed are flat.
  static func steps(_ count: Int, seed: UInt64) throws -> Verdict {
    let model = try RetNetModel.load(from: Files.repository("Models/recall"))
    let inference = Inference(model, threads: 1)
    var state = model.makeState()
    var mutation = Mutation(seed: seed)
    var table = SoakTable("steps", ["position"])
    var problems: [String] = []
    let rows = 10
    for row in 1...rows {
      for _ in 0..<count / rows {
        let token = mutation.number(0..<model.configuration.vocabularySize)
        let logits = try inference.step(token, norms: model.norms, state: &state)
        if !logits.allSatisfy(\.isFinite) { problems.append("a logit at \(state.layers[0].position) is not finite") }
      }
      let position = state.layers[0].position
      if position != count / rows * row { problems.append("position \(position) after \(count / rows * row) steps") }
      let sums = state.layers.flatMap { $0.decaySum }
      if !sums.allSatisfy(\.isFinite) { problems.append("a sum of decays is not finite") }
      table.row(done: count / rows * row, [position])
      if !problems.isEmpty { break }
    }
    return Verdict(part: "steps", problems: problems + table.problems(heapPerThousand: 1 << 10, slowdown: 0.03))
  }

  /// Training steps: losses are finite, memory is flat, and a run resumed in the middle has the same bits.
  static func training(_ count: Int) throws -> Verdict {
    let folder = try Files.temporaryFolder("soak")
    defer { Files.remove(folder) }
    let tokenizer = try TrainedTokenizer.unigram.get()
    let corpus = TrainingCorpus(
      documents: TrainedTokenizer.lines.map { tokenizer.encode($0) }, name: "lines", bytes: 200)
    var options = TrainingOptions(data: ["lines"])
    (options.steps, options.batchTokens, options.length, options.warmUp, options.threads) = (count, 64, 16, 2, 1)
    options.learningRate = 1e-3
    func trainer() -> Trainer {
      Trainer(options: options, corpus: corpus, model: TrainedNetwork(RetNetModel.small(tokenizer)))
    }
    let (first, checkpoint) = (trainer(), folder + "/checkpoint")
    var table = SoakTable("training", ["loss · 10⁶", "tokens"])
    var problems: [String] = []
    let rows = 10
    for row in 1...rows {
      var loss = 0.0
      while first.step < count / rows * row {
        loss = try first.makeStep().loss
        if !loss.isFinite { problems.append("the loss of step \(first.step) is \(loss)") }
      }
      if row == rows / 2 {
        try TrainingCheckpoint.write(
          first, dataFingerprint: corpus.fingerprint(includesFileBounds: false), seconds: 1, to: checkpoint)
      }
      table.row(done: first.step, [Int(loss * 1e6), first.tokens])
    }
    let second = trainer()
    let (stored, file) = try TrainingCheckpoint.read(path: checkpoint)
    try stored.restore(second, from: file)
    while second.step < first.step { _ = try second.makeStep() }
    let equal = (0..<first.layout.count).allSatisfy {
      first.parameters.pointer[$0].bitPattern == second.parameters.pointer[$0].bitPattern
    }
    if !equal { problems.append("a resumed run has other weights") }
    return Verdict(part: "training", problems: problems + table.problems(heapPerThousand: 16 << 10, slowdown: 0.1))
  }
}

/// The figures of a long run at equal distances.
struct SoakTable {
  private struct Row {
    var done: Int
    /// Processor time of this process.
    var seconds: Double
    var heap: Int
    var resident: Int
  }

  private let unit: String
  private var rows: [Row] = []

  /// - Parameter columns: the names of further numbers.
  init(_ unit: String, _ columns: [String] = []) {
    self.unit = unit
    rows.append(Self.measured(0))
    print(Self.line([unit, "\(unit)/s (cpu)", "heap KiB", "resident KiB"] + columns))
  }

  mutating func row(done: Int, _ numbers: [Int] = []) {
    let (last, now) = (rows[rows.count - 1], Self.measured(done))
    rows.append(now)
    let speed = Double(now.done - last.done) / max(now.seconds - last.seconds, 1e-9)
    print(
      Self.line(
        ["\(done)", String(format: "%.1f", speed), "\(now.heap >> 10)", "\(now.resident >> 10)"]
          + numbers.map(String.init)))
  }

  /// What is not as it was in the first half. The second half must not take more memory or time.
  ///
  /// - Parameters:
  ///   - heapPerThousand: the allowed growth of the heap in bytes.
  ///   - slowdown: the allowed loss of speed; judged only after a minute of processor time, as less is too inexact.
  func problems(heapPerThousand allowed: Int, slowdown: Double) -> [String] {
    guard rows.count > 3 else { return ["too few rows"] }
    let (start, end) = (rows[rows.count / 2], rows[rows.count - 1])
    var problems: [String] = []
    let growth = (end.heap - start.heap) * 1000 / max(end.done - start.done, 1)
    print("\(unit): the heap grows by \(growth >> 10) KiB per 1,000, allowed \(allowed >> 10)")
    if growth > allowed, end.heap - start.heap > Self.heapNoise {
      problems.append("the heap grows by \(growth >> 10) KiB per 1,000, allowed \(allowed >> 10)")
    }
    func speed(_ rows: ArraySlice<Row>) -> Double {
      guard let first = rows.first, let last = rows.last, last.seconds > first.seconds else { return 0 }
      return Double(last.done - first.done) / (last.seconds - first.seconds)
    }
    let loss = 1 - speed(rows[(rows.count / 2)...]) / max(speed(rows[1...rows.count / 2]), 1e-9)
    let text = "the second half is \(String(format: "%.1f", 100 * loss)) % slower, allowed \(100 * slowdown)"
    print("\(unit): \(text)")
    if loss > slowdown, end.seconds - rows[0].seconds > 60 { problems.append(text) }
    return problems
  }

  /// A buffer that grows at some time is no growth of the whole.
  private static let heapNoise = 1 << 20

  private static func measured(_ done: Int) -> Row {
    var usage = rusage()
    #if os(Linux)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #else
      getrusage(RUSAGE_SELF, &usage)
    #endif
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return Row(
      done: done, seconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), heap: Int(heap_bytes()),
      resident: Int(resident_bytes()))
  }

  private static func line(_ cells: [String]) -> String {
    cells.map { String(repeating: " ", count: max(16 - $0.count, 1)) + $0 }.joined()
  }
}
