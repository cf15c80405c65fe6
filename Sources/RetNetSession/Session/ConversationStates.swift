import RetNet
import RetNetText

/// What a conversation needs beside its tokens to continue from a position.
struct ConversationState: Sendable {
  /// Typed tokens not yet computed. A slice, so that states share its memory.
  var pending: ArraySlice<ConversationFormat.TurnToken> = []
  var isReplying: Bool
  /// Whether the next token may not end the reply.
  var mustContinue = false
  /// Of the sampler, whose options do not change with the position.
  var generator: SeededGenerator

  /// The state `steps` tokens later, of which each leaves the pending ones or advances the generator by one draw.
  fileprivate func advanced(by steps: Int, draws: Bool) -> ConversationState {
    var state = self
    state.pending = pending.dropFirst(steps)
    if steps > 0 { state.mustContinue = false }
    if draws { for _ in 0..<steps { _ = state.generator.next() } }
    return state
  }

  /// Two slices of different messages never have one range: the first of each message begins at index 0.
  fileprivate func equals(_ other: ConversationState) -> Bool {
    let samePending =
      pending.isEmpty && other.pending.isEmpty || !other.pending.isEmpty && pending.indices == other.pending.indices
    return samePending && isReplying == other.isReplying && mustContinue == other.mustContinue
      && generator == other.generator
  }
}

/// The state of a conversation before each of its tokens.
///
/// Stored as runs, in which each state follows from the one before it, so that memory grows with the number of messages
/// and not with that of their tokens.
struct ConversationStates: Sendable {
  private struct Run: Sendable {
    var start: Int
    var first: ConversationState
    /// Whether each token was drawn from the generator.
    var draws: Bool
  }

  private var runs: [Run] = []
  private var last: ConversationState?
  private(set) var count = 0

  /// The state before the token at `index`. Takes time that grows with the length of its run, 1 ns per token.
  subscript(index: Int) -> ConversationState {
    precondition((0..<count).contains(index), "state \(index) of \(count)")
    let run = runs[runs.partitioningIndex { index < $0.start } - 1]
    return run.first.advanced(by: index - run.start, draws: run.draws)
  }

  mutating func append(_ state: ConversationState) {
    defer { (last, count) = (state, count + 1) }
    if let last, let run = runs.last {
      let isOpen = run.start == count - 1  // its first token has not been followed yet
      for draws in isOpen ? [false, true] : [run.draws] where last.advanced(by: 1, draws: draws).equals(state) {
        runs[runs.count - 1].draws = draws
        return
      }
    }
    runs.append(Run(start: count, first: state, draws: false))
  }

  /// Removes states at the end until `count` are left.
  mutating func truncate(to count: Int) {
    guard count < self.count else { return }
    runs.removeLast(runs.count - runs.partitioningIndex { count <= $0.start })
    self.count = count
    last = count > 0 ? self[count - 1] : nil
  }
}
