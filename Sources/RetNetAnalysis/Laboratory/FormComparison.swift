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

  /// What one form computes for the head.
  package struct Output: Sendable, Hashable {
    package var form: RetentionForm
    /// Whether the form computes the chosen norms, as in `FormDifference`.
    package var isExact: Bool
    /// o before the group norm, `[time, valueDim]`.
    package var values: [Float]

    package init(form: RetentionForm, isExact: Bool, values: [Float]) {
      (self.form, self.isExact, self.values) = (form, isExact, values)
    }
  }

  /// How far the forms agree on one token's o, before the group norm. Both numbers are shares of the head's largest |o|
  /// in the text.
  package struct Agreement: Sendable, Hashable {
    /// The largest difference between two forms that compute the chosen norms.
    package var gap: Double
    /// The sum of the rounding bounds of these two forms.
    package var allowed: Double

    package var isWithin: Bool { gap <= allowed }
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
  /// S of the recurrent form after each token, stored without norms, `[time, headDim, valueDim]`.
  package var states: [Float]
  /// The head's output in the parallel, the recurrent and the chunkwise form, in this order.
  package var outputs: [Output]
  /// The parallel, the chunkwise and the recurrent form, in this order.
  package var differences: [FormDifference]

  package var time: Int { tokens.count }

  /// S of the recurrent form after a token, an index of `tokens`, `[headDim, valueDim]`.
  package func state(after token: Int) -> ArraySlice<Float> {
    states[token * headDim * valueDim..<(token + 1) * headDim * valueDim]
  }

  /// The chunk of a token, an index of `tokens`.
  package func chunk(of token: Int) -> Int { chunks.firstIndex { $0.range.contains(token) } ?? 0 }

  /// - Parameter token: an index of `tokens`.
  /// - Returns: nil if fewer than two forms compute the chosen norms.
  package func agreement(at token: Int) -> Agreement? {
    let exact = outputs.filter(\.isExact)
    var worst: Agreement?
    for (index, first) in exact.enumerated() {
      for second in exact.dropFirst(index + 1) {
        let found = Agreement(
          gap: gap(first, second, token), allowed: bound(first.form, token) + bound(second.form, token))
        // A pair beyond its bound has priority, then the largest gap.
        let isWorse = worst.map { ($0.isWithin ? 1 : 0, found.gap) > (found.isWithin ? 1 : 0, $0.gap) } ?? true
        if isWorse { worst = found }
      }
    }
    return worst
  }

  private func gap(_ first: Output, _ second: Output, _ token: Int) -> Double {
    let largest = (token * valueDim..<(token + 1) * valueDim).reduce(0) { most, j in
      let distance = abs(Double(first.values[j]) - Double(second.values[j]))
      return distance.isNaN ? .infinity : max(most, distance)
    }
    return Deviation.share(largest, of: magnitude(of: first.form))
  }

  private func difference(_ form: RetentionForm) -> FormDifference? { differences.first { $0.form == form } }

  private func magnitude(of form: RetentionForm) -> Double {
    difference(form).flatMap { $0.magnitude.indices.contains(head) ? $0.magnitude[head] : nil } ?? 0
  }

  private func bound(_ form: RetentionForm, _ token: Int) -> Double {
    difference(form).flatMap { $0.beforeBudget.indices.contains(head) ? $0.beforeBudget[head][token] : nil } ?? 0
  }

  package init(
    layer: Int, head: Int, norms: NormOptions, gamma: Double, skipped: Int, tokens: [Int], chunkLength: Int,
    headDim: Int, valueDim: Int, mask: [Float], scores: [Float], chunks: [Chunk], states: [Float],
    outputs: [Output], differences: [FormDifference]
  ) {
    (self.layer, self.head, self.norms, self.gamma) = (layer, head, norms, gamma)
    (self.skipped, self.tokens, self.chunkLength) = (skipped, tokens, chunkLength)
    (self.headDim, self.valueDim, self.mask, self.scores) = (headDim, valueDim, mask, scores)
    (self.chunks, self.states, self.outputs, self.differences) = (chunks, states, outputs, differences)
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
  /// The head's largest |o| in the text before the group norm, `[heads]`; empty if the form is not exact.
  package var magnitude: [Double]
  /// Before the group norm, `[heads][time]`; empty if the form is not exact.
  package var before: [[Double]]
  package var beforeBudget: [[Double]]
  /// After the group norm, `[heads][time]`; empty if it is off.
  package var after: [[Double]]
  package var afterBudget: [[Double]]

  package init(
    form: RetentionForm, isExact: Bool, magnitude: [Double], before: [[Double]], beforeBudget: [[Double]],
    after: [[Double]], afterBudget: [[Double]]
  ) {
    (self.form, self.isExact, self.magnitude) = (form, isExact, magnitude)
    (self.before, self.beforeBudget, self.after, self.afterBudget) = (before, beforeBudget, after, afterBudget)
  }
}
