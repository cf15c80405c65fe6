import RetNet

/// The weight of each token in a head's state:
///
///     S_n = Σ_m w_m k_mᵀ v_m + w S₀,   w_m = γ^(n−m),   w = γ^(n+1)
///
/// Under experiments, w_m is the product of the decays of the steps after m in which the state was not frozen, and w
/// likewise. After a copy, k_m and v_m are those of the head that the state was copied from. A token has no term if its step
/// was frozen or if the state was zeroed later. The weights have the precision of Double. S is summed in Float32, so its
/// entries differ by that rounding.
package struct TokenAttribution: Sendable, Hashable {
  /// One token's term.
  package struct Term: Sendable, Hashable {
    /// Position in the session, from 0.
    package var token: Int
    /// The head that computed the key and value: another one if the state is a copy.
    package var place: HeadIndex
    /// w_m
    package var weight: Double

    package init(token: Int, place: HeadIndex, weight: Double) {
      self.token = token
      self.place = place
      self.weight = weight
    }
  }

  /// The term of a head's initial state.
  package struct Start: Sendable, Hashable {
    package var place: HeadIndex
    /// w
    package var weight: Double

    package init(place: HeadIndex, weight: Double) {
      self.place = place
      self.weight = weight
    }
  }

  /// The head whose state is attributed.
  package var place: HeadIndex
  /// Position in the session of the first step that was considered.
  package var first: Int
  /// Oldest first.
  package var terms: [Term]
  /// The head whose initial state S₀ is part of the state, and w; nil if nothing of it is left, or that is unknown.
  package var start: Start?
  /// Whether the terms are complete: the state holds nothing of the tokens before `first`.
  package var isComplete: Bool

  /// - Parameters:
  ///   - place: the head; its state is that after the last of `steps`.
  ///   - steps: the session's steps in order, without gaps.
  ///   - first: position in the session of the first of `steps`; above 0 if only the newest steps are recorded.
  ///   - gammas: the model's γ of each head, `[heads]`.
  package init(
    of place: HeadIndex, steps: [RecordedStep], first: Int = 0, gammas: [Double]
  ) {
    var writers = WriterSequence(of: place, steps: steps, first: first, gammas: gammas)
    var terms: [Term] = []
    while let writer = writers.next() {
      terms.append(Term(token: writer.token, place: writer.place, weight: writer.decay.value))
    }
    self.place = place
    self.first = first
    self.terms = terms.reversed()
    start = writers.start.map { Start(place: $0.place, weight: $0.decay.value) }
    isComplete = writers.isComplete
  }
}
