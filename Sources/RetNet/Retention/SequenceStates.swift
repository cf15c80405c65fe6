/// The initial and final states of one layer for the sequences of a batch whose texts continue from batch to batch.
/// Each sequence has its own state, as the numbers of tokens read differ.
package final class SequenceStates {
  /// The initial state of each sequence; nil for an empty state whose final state is discarded.
  package let before: [RetentionState<Float>?]
  private var after: [RetentionState<Float>?]
  /// The sum of the gradients of S of all states in `before`, `[heads, headDim, valueDim]`, added to; nil if it is not
  /// needed.
  package var gradient: UnsafeMutablePointer<Float>?

  package init(_ before: [RetentionState<Float>?]) {
    precondition(before.allSatisfy { ($0?.batch ?? 1) == 1 }, "a sequence has a state of one batch entry")
    self.before = before
    after = before
  }

  /// Calls `body` to advance one head's state past its sequence. Returns false if the sequence has no state.
  package func advance(_ sequence: Int, head h: Int, _ body: (inout RetentionHead<Float>.State) -> Void) -> Bool {
    guard after[sequence] != nil else { return false }
    // Every head needs the position before the sequence; `finalStates` advances it.
    after[sequence]?.advance(by: 0) { heads in heads.advance(head: h) { _, state in body(&state) } }
    return true
  }

  /// Calls `body` with the initial state of one head of a sequence, nil for an empty state, and the gradient to add to.
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

  /// The state after each sequence, once all heads are advanced.
  package func finalStates(of sequences: Sequences) -> [RetentionState<Float>?] {
    zip(after, sequences.lengths).map { state, length in
      var state = state
      state?.position += length
      return state
    }
  }
}
