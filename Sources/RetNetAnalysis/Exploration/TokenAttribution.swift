import RetNet

/// How much of a head's state each token accounts for:
///
///     S_n = Σ_m w_m k_mᵀ v_m + w S₀,   w_m = γ^(n−m),   w = γ^(n+1)
///
/// Under experiments w_m is the product of the decays of those steps since m that the state was not frozen in; k_m and v_m
/// are those of the head whose state it was then; w likewise; a token whose step was frozen, or which came before a zero, has no term.
/// The weights are as exact as Double: S itself is summed in Float32, so its entries differ by that rounding.
package struct TokenAttribution: Sendable, Hashable {
  /// One token's part.
  package struct Term: Sendable, Hashable {
    /// Place in the session, from 0.
    package var token: Int
    /// Whose key and value were written: another head's where the state is a copy.
    package var place: HeadIndex
    /// w_m
    package var weight: Double

    package init(token: Int, place: HeadIndex, weight: Double) {
      self.token = token
      self.place = place
      self.weight = weight
    }
  }

  /// What is left of a head's first state.
  package struct Start: Sendable, Hashable {
    package var place: HeadIndex
    /// w
    package var weight: Double

    package init(place: HeadIndex, weight: Double) {
      self.place = place
      self.weight = weight
    }
  }

  /// The head whose state it is.
  package var place: HeadIndex
  /// Place in the session of the first step that was looked at.
  package var first: Int
  /// Oldest first.
  package var terms: [Term]
  /// The head whose first state S₀ is part of the state, and w; nil where nothing of it is left, or that is not known.
  package var start: Start?
  /// Whether the terms are all: nothing of the tokens before `first` is left in the state.
  package var isComplete: Bool

  /// - Parameters:
  ///   - place: the head whose state is asked for, as it is after the last of `steps`.
  ///   - steps: the session's steps in order, without a gap.
  ///   - first: place in the session of the first of `steps`; above 0 where only the newest are kept.
  ///   - gammas: the model's own γ of each head, `[heads]`.
  package init(
    of place: HeadIndex, steps: [RecordedStep], first: Int = 0, gammas: [Double]
  ) {
    var lineage = WriterSequence(of: place, steps: steps, first: first, gammas: gammas)
    var terms: [Term] = []
    while let writer = lineage.next() {
      terms.append(Term(token: writer.token, place: writer.place, weight: writer.decay.value))
    }
    self.place = place
    self.first = first
    self.terms = terms.reversed()
    start = lineage.start.map { Start(place: $0.place, weight: $0.decay.value) }
    isComplete = lineage.isComplete
  }
}
