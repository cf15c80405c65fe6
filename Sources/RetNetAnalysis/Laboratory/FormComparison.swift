import RetNet

/// One layer's retention in its three forms on the same q, k and v: their intermediate results, and the differences of
/// their outputs from Eq. 4 summed in Double.
package struct FormComparison: Sendable, Hashable {
  /// The largest number of tokens: of longer sessions, the last ones are computed as a separate text. The parallel form's
  /// matrices grow with the square of the number.
  package static let longestText = 512

  /// What the chunkwise form (Eq. 7) computes for one chunk.
  package struct Chunk: Sendable, Hashable {
    /// Its tokens, as indices of `tokens`.
    package var range: Range<Int>
    /// ‖f_n ((Q K ᵀ ⊙ D) V)_n‖ of each token: its output from the chunk itself.
    package var inner: [Double]
    /// ‖f_n ξ_n q_n S‖ of each token: its output from the previous chunks.
    package var cross: [Double]
    /// S after the chunk, `[headDim, valueDim]`.
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
  /// D, `[time, time]`, divided by √(Σ_i D_ni) if norm 2 is on.
  package var mask: [Float]
  /// R = QKᵀ ⊙ D under norms 1 to 3, so that o = R V, `[time, time]`.
  package var scores: [Float]
  package var chunks: [Chunk]
  /// S of the recurrent form after the last token, stored without norms, `[headDim, valueDim]`.
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

/// The difference of one form's output from Eq. 4 summed term by term in Double, per head and token.
///
/// Differences are max_j |ô_nj − o_nj| as a share of the head's largest |o| in the text. Budgets are the Float32 rounding
/// bounds of the same entries (`RoundingBound`), as the same share.
package struct FormDifference: Sendable, Hashable {
  package var form: RetentionForm
  /// Whether the form computes the chosen norms. False for torchscale's norm 3 in the recurrent and chunkwise forms, whose
  /// outputs before the group norm cannot be compared.
  package var isExact: Bool
  /// Before the group norm, `[heads][time]`; empty if the form is not exact.
  package var before: [[Double]]
  package var beforeBudget: [[Double]]
  /// After the group norm, `[heads][time]`; empty if it is off.
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
