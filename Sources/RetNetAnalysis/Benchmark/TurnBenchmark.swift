import RetNet
import RetNetSession

/// The time to go back to a turn in the middle of a conversation and to change it, ready for the next step.
package enum TurnBenchmark {
  /// Medians in seconds.
  package struct Result: Sendable, Hashable {
    /// Tokens of the conversation.
    package var tokens: Int
    /// Undoing the last message and its reply.
    package var undoSeconds: Double
    /// A branch after an earlier turn.
    package var branchSeconds: Double
    /// Another text for an earlier message.
    package var editSeconds: Double
    /// Another reply to an earlier message.
    package var regenerateSeconds: Double
  }

  private static let messages = 20
  private static let replyTokens = 24
  private static let most = 15

  /// Replaces the engine's session, and empties it at the end.
  ///
  /// - Throws: `ModelError`, `EngineError`.
  package static func run(_ engine: Engine, seconds: Double) async throws -> Result {
    let end = Stopwatch.now() + seconds
    await engine.reset()
    for number in 0..<messages { try await reply(engine, to: "This is message \(number).") }
    let tokens = await engine.session.length
    var (undo, branch, edit, again): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
    // The turns of the model have odd numbers.
    let turn = messages / 2 * 2
    repeat {
      branch.append(try await time(engine, turn + 1, .fork))
      edit.append(try await time(engine, turn, .replaceMessage("Another message.")))
      again.append(try await time(engine, turn + 1, .regenerate()))
      let start = Stopwatch.now()
      _ = try await engine.undoTurn()
      undo.append(Stopwatch.now() - start)
      try await reply(engine, to: "This is the last message.")
    } while undo.count < most && Stopwatch.now() < end
    await engine.reset()
    func median(_ seconds: [Double]) -> Double { TimedRounds.Samples(seconds)?.median ?? .nan }
    return Result(
      tokens: tokens, undoSeconds: median(undo), branchSeconds: median(branch), editSeconds: median(edit),
      regenerateSeconds: median(again))
  }

  private static func reply(_ engine: Engine, to text: String) async throws {
    try await engine.submit(text)
    for try await _ in engine.run(maximumTokens: replyTokens) {}
    await engine.endReply()
  }

  /// Seconds of a change. The session is then at the end of the same branch again.
  private static func time(_ engine: Engine, _ turn: Int, _ change: TurnChange) async throws -> Double {
    let before = await engine.session
    let start = Stopwatch.now()
    _ = try await engine.change(turn: turn, change)
    let seconds = Stopwatch.now() - start
    _ = try await engine.select(branch: before.branch)
    _ = try await engine.go(to: before.length)
    return seconds
  }
}
