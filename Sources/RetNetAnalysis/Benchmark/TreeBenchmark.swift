import RetNet
import RetNetSession

/// A session with a thousand branches: the memory of their tokens, and the time to go to any of these.
///
/// Each branch continues a random node of the tree with up to 16 tokens, eight at a time, as `:grow 8 16` does. The
/// first branch has 900 tokens, so that the branches are 200 to 1,000 tokens long.
package enum TreeBenchmark {
  package struct Result: Sendable, Hashable {
    package var branches: Int
    /// Tokens of all branches after their forks.
    package var tokens: Int
    /// Bytes of the branches without snapshots; nil if the system does not count them.
    package var bytes: Int?
    /// Seconds to go to a random token: the median, and the largest.
    package var medianSeconds: Double
    package var largestSeconds: Double
  }

  private static let (branches, firstLength, shortest, drawn, visits) = (1000, 900, 200, 16, 200)

  /// - Parameters:
  ///   - heap: bytes that the process uses.
  /// - Throws: `ModelError`, or the error of the tokenizer.
  package static func run(
    _ engine: Engine, heap: @Sendable () -> Int?
  ) async throws -> Result {
    await engine.reset()
    try await engine.submit("Do you like old films?")
    var result = try await engine.step()
    while await engine.hasTyped { result = try await engine.step() }
    while let last = result, last.position < firstLength {
      // The most probable token, or the next one after three of a kind, unless it ends the reply.
      let candidates = last.candidates.dropFirst(last.position % 3)
      result = nil
      for candidate in candidates where result == nil { result = try? await engine.pick(candidate.token) }
    }
    var random = SeededGenerator(seed: 1)
    var summary = await engine.session
    // A model may end its replies at once.
    for _ in 0..<branches where summary.branches.count < branches {
      let (position, branch) = node(of: summary, &random)
      _ = try await engine.visit(position, on: branch)
      for continuation in await engine.continuations(8) {
        _ = await engine.keep(try await engine.extend(continuation, to: drawn))
      }
      summary = await engine.session
    }
    let seconds = try await visitSeconds(engine, summary, &random)
    return Result(
      branches: summary.branches.count, tokens: summary.branches.reduce(0) { $0 + $1.length - $1.fork },
      bytes: try await bytes(of: engine, heap), medianSeconds: seconds[seconds.count / 2],
      largestSeconds: seconds[seconds.count - 1])
  }

  /// A random token of a random branch, from the shortest length on.
  private static func node(_ branch: SessionSummary.Branch, _ random: inout SeededGenerator) -> Int {
    let first = max(branch.fork + 1, shortest)
    return min(first + random.index(below: max(branch.length - first + 1, 1)), branch.length)
  }

  private static func node(of summary: SessionSummary, _ random: inout SeededGenerator) -> (position: Int, branch: Int)
  {
    let branch = summary.branches[random.index(below: summary.branches.count)]
    return (node(branch, &random), branch.id)
  }

  private static func visitSeconds(
    _ engine: Engine, _ summary: SessionSummary, _ random: inout SeededGenerator
  ) async throws -> [Double] {
    var seconds: [Double] = []
    for _ in 0..<visits {
      let (position, branch) = node(of: summary, &random)
      let start = Stopwatch.now()
      _ = try await engine.visit(position, on: branch)
      seconds.append(Stopwatch.now() - start)
    }
    return seconds.sorted()
  }

  /// The memory of the branches in an engine without snapshots.
  private static func bytes(of engine: Engine, _ heap: () -> Int?) async throws -> Int? {
    let other = try Engine(
      model: engine.model, tokenizer: engine.tokenizer, norms: engine.model.norms, sampling: await engine.sampling,
      snapshotBytes: 0)
    // Through JSON, as a copy would share the memory of the tokens.
    let json = try await engine.recording(SessionFile.Model(name: "", sha256: "")).json()
    guard let before = heap() else { return nil }
    try await other.open(try SessionFile(json: json), sha256: "")
    return heap().map { max($0 - before, 0) }
  }
}
