import RetNet
import RetNetSession

/// What the app uses of an engine for the session as a tree. Tests replace `Engine`.
protocol TreeEngine: Sendable {
  /// Makes a branch current, at the position from which `position` is recomputed with the fewest steps.
  func begin(visit position: Int, on branch: Int) async throws -> Engine.Visit
  /// The current position as a visit.
  func visit(common: Int) async -> Engine.Visit
  /// Continuations of the current position; none if the reply has ended.
  func continuations(_ count: Int) async -> [Continuation]
  /// The continuation with more tokens.
  func extend(_ continuation: Continuation, to length: Int, for duration: Duration) async throws -> Continuation
  /// Keeps a continuation as a branch. Returns its id.
  func keep(_ continuation: Continuation) async -> Int?
  /// The most probable next tokens; nil before the first token.
  func tokenMass(levels: Int, least: Double) async -> TokenMassSearch?
  /// The search after more steps.
  func extend(_ search: TokenMassSearch, for duration: Duration) async throws -> TokenMassSearch
  /// The tokens of all branches.
  func tree() async -> SessionTree
  /// The records of a range of the current branch's tokens, which `extend` computes.
  func recall(_ range: Range<Int>) async -> Recall
  /// The records after more steps.
  func extend(_ recall: Recall, for duration: Duration) async throws -> Recall
  /// Changes the bookmark or the note of a node.
  func mark(_ change: MarkChange, branch: Int, position: Int) async
}

extension EngineSteps {
  /// Goes to a node. The screen receives the nearest state, then every step from it.
  nonisolated(nonsending) func visit(_ position: Int, on branch: Int) async throws {
    emit(.visited(try await engine.begin(visit: position, on: branch)))
    try await advance(to: position)
    if !(await engine.visit(common: 0)).continues { emit(.arrivedAtEnd) }
  }

  /// Draws continuations one after the other. The screen receives them as they grow. What is drawn when the job is
  /// cancelled is kept.
  nonisolated(nonsending) func grow(_ count: Int, tokens: Int) async throws {
    // The rest of a message belongs to all continuations.
    while await engine.hasTyped, !isCancelled { _ = try await batch(for: EngineWorker.batch, maximumReply: 1) }
    let all = await engine.continuations(count)
    var growth = ReplyTree.Growth(
      position: (await engine.session).position, length: tokens,
      replies: all.map { _ in ReplyTree.Growth.Reply() }, isRunning: !all.isEmpty)
    defer {
      growth.isRunning = false
      emit(.grown(growth))
    }
    for var continuation in all {
      var length = -1
      while !isCancelled, !continuation.hasEnded, continuation.tokens.count != length {
        length = continuation.tokens.count
        continuation = try await engine.extend(continuation, to: tokens, for: EngineWorker.batch)
        growth.replies[continuation.number] = ReplyTree.Growth.Reply(
          branch: nil, tokens: continuation.tokens, hasEnded: continuation.hasEnded,
          logProbability: continuation.logProbability)
        emit(.grown(growth))
      }
      growth.replies[continuation.number].branch = await engine.keep(continuation)
      if isCancelled { break }
    }
  }
}

extension LoadedModel {
  /// Computes the records of tokens that a visit did not pass.
  nonisolated(nonsending) func recall(
    _ range: Range<Int>, unless isCancelled: () -> Bool, _ emit: (AppEvent) -> Void
  ) async throws {
    var recall = await engine.recall(range)
    while !recall.isComplete, !isCancelled() {
      recall = try await engine.extend(recall, for: EngineWorker.batch)
    }
    if recall.isComplete { emit(.recalled(recall.records, branch: recall.branch)) }
  }

  /// Longest computation of masses, in slices between which steps are possible.
  private static let massDuration = Duration.milliseconds(400)

  /// Computes the most probable next tokens level by level.
  nonisolated(nonsending) func tokenMass(
    levels: Int, least: Double, unless isCancelled: () -> Bool, _ emit: (AppEvent) -> Void
  ) async throws {
    guard var search = await engine.tokenMass(levels: levels, least: least) else { return }
    let end = ContinuousClock.now + Self.massDuration
    emit(.tokenMass(search.mass, isComplete: search.isComplete))
    while !search.isComplete, !isCancelled(), ContinuousClock.now < end {
      search = try await engine.extend(search, for: EngineWorker.batch)
      emit(.tokenMass(search.mass, isComplete: search.isComplete || ContinuousClock.now >= end))
    }
  }
}
