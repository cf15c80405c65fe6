import RetNet
import RetNetText

/// One of several continuations of a position, each drawn with random numbers of its own.
package struct Continuation: Sendable {
  /// Numbered from 0.
  package let number: Int
  /// Tokens before it.
  package let fork: Int
  /// Whether the model ended the reply.
  package fileprivate(set) var hasEnded = false
  package var tokens: [SessionTree.Token] = []

  fileprivate var conversation: Conversation
  fileprivate var state: Snapshot
  fileprivate var assembler = UTF8Assembler()
  /// Snapshots on the way.
  fileprivate var snapshots: [Snapshot] = []

  fileprivate init(number: Int, conversation: Conversation, state: Snapshot) {
    (self.number, self.conversation, self.state) = (number, conversation, state)
    fork = conversation.position
  }

  /// Σ ln p of its tokens before sampling stages, in nats.
  package var logProbability: Double { tokens.reduce(0) { $0 + Double($1.logProbability ?? 0) } }
}

extension Engine {
  /// Continuations from the current position, without tokens yet. Each draws from random numbers that follow from the
  /// seed, the position and the number of branches that fork here, so the same session gives the same ones.
  ///
  /// - Returns: none if the reply has ended here, or while typed text is not read.
  package func continuations(_ count: Int) -> [Continuation] {
    var here = conversation
    here.discardFuture()
    guard here.isReplying, !here.hasTyped else { return [] }
    var state = current
    state.result = nil
    let first = branches.forks(at: here.position)
    return (0..<count).map { number in
      var own = here
      let place = UInt64(here.position) << 32 | UInt64(first + number + 1)
      own.sampler.generator = SeededGenerator(seed: sampling.seed ^ place &* 0x9E37_79B9_7F4A_7C15)
      return Continuation(number: number, conversation: own, state: state)
    }
  }

  /// The continuation with more tokens: up to `length` of them, its end, or for `duration`.
  ///
  /// - Throws: `ModelError`.
  package func extend(
    _ continuation: Continuation, to length: Int, for duration: Duration = .seconds(3600)
  ) throws -> Continuation {
    defer { inference.rest() }
    var next = continuation
    let end = ContinuousClock.now + duration
    repeat {
      guard next.tokens.count < length, !next.hasEnded else { break }
      let sampler = next.conversation.sampler
      guard let drawn = next.conversation.nextToken(next.state.next) else {
        next.hasEnded = true
        break
      }
      let before = next.state.next
      let options = nextOptions(at: next.conversation.position)
      var trace = StepTrace()
      next.state.next = NextToken(
        try inference.step(drawn.token, options, state: &next.state.state, trace: &trace))
      next.state.count(trace)
      next.conversation.append(drawn, options: options, sampler: sampler)
      let record = record(
        at: next.conversation.position - 1, of: next.conversation, drawnFrom: before, trace)
      let text =
        record.role == .control
        ? record.piece : next.assembler.append(tokenizer.decodeBytes([drawn.token], atStart: false))
      next.tokens.append(SessionTree.Token(text: text, role: record.role, logProbability: record.logProbability))
      if next.tokens.count.isMultiple(of: Self.continuationInterval) {
        next.snapshots.append(snapshot(next.state, record))
      }
    } while ContinuousClock.now < end
    return next
  }

  /// Keeps a continuation of the current position as a branch.
  ///
  /// - Returns: its id; nil if it has no token, or if the session has moved.
  package func keep(_ continuation: Continuation) -> Int? {
    guard !continuation.tokens.isEmpty, continuation.fork == conversation.position else { return nil }
    keepCurrent()
    let id = branches.add(
      continuation.conversation, fork: continuation.fork,
      logProbabilities: continuation.tokens.map { $0.logProbability ?? .nan })
    for snapshot in continuation.snapshots { snapshots.insert(snapshot, of: id, fork: continuation.fork) }
    return id
  }

  /// Tokens of a continuation between two snapshots.
  private static let continuationInterval = 32

  /// A snapshot with the step result that belongs to it.
  private func snapshot(_ state: Snapshot, _ record: TokenRecord) -> Snapshot {
    let here = current
    defer { current = here }
    current = state
    current.result = result(record, withText: false)
    return current
  }
}
