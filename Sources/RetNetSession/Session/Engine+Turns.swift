import RetNet

/// A change of a turn. What was there is kept as a branch.
package enum TurnChange: Sendable, Hashable {
  /// Another reply to the same message, of this turn or of the turn before it, that begins with the prefix.
  case regenerate(prefix: String? = nil)
  /// Continues a reply that has ended or was stopped.
  case resume
  /// Another message in place of this one. Its reply begins with the prefix.
  case replaceMessage(String, prefix: String? = nil)
  /// A typed text in place of the reply.
  case replaceReply(String)
  /// A branch that begins after this turn.
  case fork
}

/// Observes a recomputation of steps and may cancel it.
package struct RecomputationObserver: Sendable {
  var isCancelled: @Sendable () -> Bool
  /// Receives the number of recomputed steps and of all steps to recompute, at most every 100 ms.
  var report: @Sendable (Int, Int) -> Void

  package init(isCancelled: @escaping @Sendable () -> Bool, report: @escaping @Sendable (Int, Int) -> Void) {
    (self.isCancelled, self.report) = (isCancelled, report)
  }
}

extension Engine {
  /// Sets the observer of later recomputations. A cancelled one throws `CancellationError` and changes nothing.
  package func observe(_ observer: RecomputationObserver?) { self.observer = observer }

  /// Goes back to a turn and changes it. Later tokens are kept as a branch.
  ///
  /// - Parameter number: counts the turns up to the current position, of both speakers, from 0.
  /// - Returns: the step result before the change, nil at the start, and the number of turns that are left.
  /// - Throws: `EngineError` or `CancellationError`, and the session is unchanged; `ModelError`, as `step` does.
  package func change(turn number: Int, _ change: TurnChange) throws -> (result: StepResult?, turns: Int) {
    guard let speaker = conversation.speaker(ofTurn: number) else {
      throw EngineError.noTurn(number: number, count: conversation.turnCount)
    }
    switch change {
    case .regenerate(let prefix):
      let reply = speaker == .reply ? number : number + 1
      // The last message may have no reply yet.
      guard conversation.speaker(ofTurn: reply) != .user else { throw EngineError.noReply(turn: number) }
      let start = reply < conversation.turnCount ? conversation.start(ofTurn: reply) : conversation.position
      let generator = self.generator(ofReplyAt: start)
      try leave(to: start)
      conversation.restartReply(generator)
      if let prefix { conversation.beginReply(with: prefix) }
    case .resume:
      guard speaker == .reply else { throw EngineError.notAReply(turn: number) }
      try leave(to: conversation.end(ofTurn: number))
      conversation.resumeReply()
    case .replaceMessage(let text, let prefix):
      guard speaker == .user else { throw EngineError.notAMessage(turn: number) }
      guard !text.allSatisfy(\.isWhitespace) else { throw EngineError.emptyMessage }
      try leave(to: conversation.start(ofTurn: number))
      conversation.removeLastMessage()
      conversation.submit(text)
      if let prefix { conversation.beginReply(with: prefix) }
    case .replaceReply(let text):
      guard speaker == .reply else { throw EngineError.notAReply(turn: number) }
      guard !text.allSatisfy(\.isWhitespace) else { throw EngineError.emptyMessage }
      try leave(to: conversation.start(ofTurn: number))
      conversation.sampler.generator = conversation.generator(before: conversation.position)
      conversation.replaceReply(with: text)
    case .fork:
      try leave(to: conversation.end(ofTurn: number))
      // What follows must not depend on which of the replies was shown.
      if speaker == .user { conversation.sampler.generator = conversation.generator(before: conversation.position) }
      // Without recorded tokens after the turn, no branch has been forked yet.
      if branches.fork != conversation.position || conversation.position == 0 { branches.fork(conversation) }
      conversation.closeTurn()
    }
    return (current.result, conversation.turnCount)
  }

  /// Queues a text with which the next reply begins.
  package func beginReply(with text: String) { conversation.beginReply(with: text) }

  private func leave(to position: Int) throws {
    _ = try go(to: position)
    forkIfNeeded()
  }

  /// The random numbers of another reply to a message: they depend on the seed, on those of the first reply, and on the
  /// number of replies.
  ///
  /// - Parameter position: the number of tokens before the reply.
  private func generator(ofReplyAt position: Int) -> SeededGenerator {
    var first = conversation.generator(before: position)
    let count = UInt64(branches.count(continuing: position, conversation))
    return SeededGenerator(seed: first.next() &+ sampling.seed &* 0x9E37_79B9_7F4A_7C15 &+ count)
  }
}
