/// The states that the sequences of one batch begin with and leave behind in one layer, where their texts go on from batch
/// to batch. Each sequence has a state of its own, as each has seen another number of tokens.
package final class SequenceStates {
  /// What each sequence begins with; nil where that is an empty state, and nobody asks for what it leaves.
  package let before: [RetentionState<Float>?]
  private var after: [RetentionState<Float>?]
  /// Where the gradients of S of all states in `before` are added, `[heads, headDim, valueDim]`; nil where they are not
  /// wanted.
  package var gradient: UnsafeMutablePointer<Float>?

  package init(_ before: [RetentionState<Float>?]) {
    precondition(before.allSatisfy { ($0?.batch ?? 1) == 1 }, "a sequence has a state of one batch entry")
    self.before = before
    after = before
  }

  /// Has `body` advance one head's state past its sequence; returns false where the sequence has none.
  package func advance(_ sequence: Int, head h: Int, _ body: (inout RetentionHead<Float>.State) -> Void) -> Bool {
    guard after[sequence] != nil else { return false }
    // The position is that before the sequence until all heads have passed it.
    after[sequence]?.advance(by: 0) { heads in heads.advance(head: h) { _, state in body(&state) } }
    return true
  }

  /// Hands `body` what one head of a sequence began with, nil where that was an empty state, and where its gradient is
  /// added.
  func readBefore(
    _ sequence: Int, head h: Int,
    _ body: (RetentionHead<Float>.StateView?, _ gradient: MutableMatrixView<Float>?) -> Void
  ) {
    guard let state = before[sequence] else { return body(nil, nil) }
    let gradient = gradient.map {
      MutableMatrixView($0 + h * state.headDim * state.valueDim, rows: state.headDim, columns: state.valueDim)
    }
    state.read(head: h) { body($0.isEmpty && gradient == nil ? nil : $0, gradient) }
  }

  /// What each sequence leaves behind when all heads have passed it.
  package func left(by sequences: Sequences) -> [RetentionState<Float>?] {
    zip(after, sequences.lengths).map { state, length in
      var state = state
      state?.position += length
      return state
    }
  }
}
