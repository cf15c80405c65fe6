import RetNet

/// One layer's retention in its three forms, on the same q, k and v: what each of them computes on the way, and how far
/// their results are from Eq. 4 summed in Double.
package struct FormComparison: Sendable, Hashable {
  /// Tokens that are read at most: those at the session's end, as a text of their own. The parallel form's matrices grow
  /// with their square.
  package static let longestText = 512

  /// What the chunkwise form (Eq. 7) computes for one chunk.
  package struct Chunk: Sendable, Hashable {
    /// Its tokens, counted in `tokens`.
    package var range: Range<Int>
    /// ‖f_n ((Q K ᵀ ⊙ D) V)_n‖ of each of its tokens: what they read inside the chunk.
    package var inner: [Double]
    /// ‖f_n ξ_n q_n S‖ of each: what they read of the chunks before.
    package var cross: [Double]
    /// S that the chunk hands over to the next, `[headDim, valueDim]`.
    package var state: [Float]

    package init(range: Range<Int>, inner: [Double], cross: [Double], state: [Float]) {
      (self.range, self.inner, self.cross, self.state) = (range, inner, cross, state)
    }
  }

  package var layer: Int
  package var head: Int
  package var norms: NormOptions
  /// The head's γ.
  package var gamma: Double
  /// Tokens of the session before the first of `tokens`.
  package var skipped: Int
  package var tokens: [Int]
  package var chunkLength: Int
  package var headDim: Int
  package var valueDim: Int
  /// D, `[time, time]`, divided by √(Σ_i D_ni) where norm 2 is on.
  package var mask: [Float]
  /// R = QKᵀ ⊙ D under norms 1 to 3, so that o = R V, `[time, time]`.
  package var scores: [Float]
  package var chunks: [Chunk]
  /// S of the recurrent form after the last token, without the norms as the state is kept, `[headDim, valueDim]`.
  package var state: [Float]
  /// The parallel, the chunkwise and the recurrent form, in this order.
  package var differences: [FormDifference]

  package var time: Int { tokens.count }

  package init(
    layer: Int, head: Int, norms: NormOptions, gamma: Double, skipped: Int, tokens: [Int], chunkLength: Int,
    headDim: Int, valueDim: Int, mask: [Float], scores: [Float], chunks: [Chunk], state: [Float],
    differences: [FormDifference]
  ) {
    (self.layer, self.head, self.norms, self.gamma) = (layer, head, norms, gamma)
    (self.skipped, self.tokens, self.chunkLength) = (skipped, tokens, chunkLength)
    (self.headDim, self.valueDim, self.mask, self.scores) = (headDim, valueDim, mask, scores)
    (self.chunks, self.state, self.differences) = (chunks, state, differences)
  }
}

/// How far one form's output is from Eq. 4 summed term by term in Double, per head and token.
///
/// Differences are max_j |ô_nj − o_nj| as a share of the head's largest |o| in the text; so are the budgets, what rounding
/// to Float32 explains at that place (`RoundingBound`).
package struct FormDifference: Sendable, Hashable {
  package var form: RetentionForm
  /// Whether the form computes the chosen norms; false with torchscale's norm 3 but in the parallel form, where what is
  /// before the group norm cannot be compared.
  package var isExact: Bool
  /// Before the group norm, `[heads][time]`; empty where the form is not exact.
  package var before: [[Double]]
  package var beforeBudget: [[Double]]
  /// After the group norm, `[heads][time]`; empty where it is off.
  package var after: [[Double]]
  package var afterBudget: [[Double]]

  package init(
    form: RetentionForm, isExact: Bool, before: [[Double]], beforeBudget: [[Double]], after: [[Double]],
    afterBudget: [[Double]]
  ) {
    (self.form, self.isExact) = (form, isExact)
    (self.before, self.beforeBudget, self.after, self.afterBudget) = (before, beforeBudget, after, afterBudget)
  }
}
