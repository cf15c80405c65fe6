import RetNet

/// One layer's retention in its three forms, on the same q, k and v: what each of them computes on the way, and how far
/// their results are from Eq. 4 summed in Double.
public struct FormsReading: Sendable, Hashable {
  /// Tokens that are read at most: those at the session's end, as a text of their own. The parallel form's matrices grow
  /// with their square.
  public static let longestText = 512

  /// What the chunkwise form (Eq. 7) computes for one chunk.
  public struct Chunk: Sendable, Hashable {
    /// Its tokens, counted in `tokens`.
    public var range: Range<Int>
    /// ‖f_n ((Q K ᵀ ⊙ D) V)_n‖ of each of its tokens: what they read inside the chunk.
    public var inner: [Double]
    /// ‖f_n ξ_n q_n S‖ of each: what they read of the chunks before.
    public var cross: [Double]
    /// S that the chunk hands over to the next, `[headDim, valueDim]`.
    public var state: [Float]

    public init(range: Range<Int>, inner: [Double], cross: [Double], state: [Float]) {
      (self.range, self.inner, self.cross, self.state) = (range, inner, cross, state)
    }
  }

  public var layer: Int
  public var head: Int
  public var norms: NormOptions
  /// The head's γ.
  public var gamma: Double
  /// Tokens of the session before the first of `tokens`.
  public var skipped: Int
  public var tokens: [Int]
  public var chunkLength: Int
  public var headDim: Int
  public var valueDim: Int
  /// D, `[time, time]`, divided by √(Σ_i D_ni) where norm 2 is on.
  public var mask: [Float]
  /// R = QKᵀ ⊙ D under norms 1 to 3, so that o = R V, `[time, time]`.
  public var scores: [Float]
  public var chunks: [Chunk]
  /// S of the recurrent form after the last token, without the norms as the state is kept, `[headDim, valueDim]`.
  public var state: [Float]
  /// The parallel, the chunkwise and the recurrent form, in this order.
  public var differences: [FormDifference]

  public var time: Int { tokens.count }

  public init(
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
public struct FormDifference: Sendable, Hashable {
  public var form: RetentionForm
  /// Whether the form computes the chosen norms; false with torchscale's norm 3 but in the parallel form, where what is
  /// before the group norm cannot be compared.
  public var isExact: Bool
  /// Before the group norm, `[heads][time]`; empty where the form is not exact.
  public var before: [[Double]]
  public var beforeBudget: [[Double]]
  /// After the group norm, `[heads][time]`; empty where it is off.
  public var after: [[Double]]
  public var afterBudget: [[Double]]

  public init(
    form: RetentionForm, isExact: Bool, before: [[Double]], beforeBudget: [[Double]], after: [[Double]],
    afterBudget: [[Double]]
  ) {
    (self.form, self.isExact) = (form, isExact)
    (self.before, self.beforeBudget, self.after, self.afterBudget) = (before, beforeBudget, after, afterBudget)
  }
}
