import RetNet

/// What other norms than those of its training do to a model, on the tokens of a session.
public struct NormsReading: Sendable, Hashable {
  /// One head of the chosen layer, on the same q, k and v under both settings.
  public struct Head: Sendable, Hashable {
    /// max |Δo| as a share of max |o|, before the group norm.
    public var before: Double
    /// Likewise behind it.
    public var after: Double
    /// The smallest and largest factor f_n(chosen) / f_n(trained) over the tokens: all that norms 1 to 3 do.
    public var factors: ClosedRange<Double>

    public init(before: Double, after: Double, factors: ClosedRange<Double>) {
      (self.before, self.after, self.factors) = (before, after, factors)
    }
  }

  /// What reaches the model's end.
  public struct Logits: Sendable, Hashable {
    /// KL(p_trained ‖ p_chosen) of the next token behind the last one, in nats.
    public var divergence: Double
    /// Its mean over all tokens.
    public var meanDivergence: Double
    /// The most probable token behind the last one, under the trained norms.
    public var trainedBest: Int
    /// Likewise under the chosen ones.
    public var chosenBest: Int
    /// Tokens behind which the most probable one is another.
    public var changed: Int

    public init(divergence: Double, meanDivergence: Double, trainedBest: Int, chosenBest: Int, changed: Int) {
      (self.divergence, self.meanDivergence, self.changed) = (divergence, meanDivergence, changed)
      (self.trainedBest, self.chosenBest) = (trainedBest, chosenBest)
    }
  }

  /// How far the chosen norms' recurrent and chunkwise forms are from the parallel one, through the chosen layer.
  public struct Agreement: Sendable, Hashable {
    public var form: RetentionForm
    /// The largest |Δo| of all heads and tokens as a share of the head's largest |o|, before the group norm.
    public var before: Double
    /// Likewise behind it; nil where it is off.
    public var after: Double?

    public init(form: RetentionForm, before: Double, after: Double?) {
      (self.form, self.before, self.after) = (form, before, after)
    }
  }

  /// One setting that differs from the trained one in a single switch, and what it does.
  public struct Alternative: Sendable, Hashable {
    public var norms: NormOptions
    /// The largest of all heads of the layer.
    public var before: Double
    public var after: Double
    public var meanDivergence: Double
    /// The largest disagreement of the forms, before and behind the group norm.
    public var formsBefore: Double
    public var formsAfter: Double?

    public init(
      norms: NormOptions, before: Double, after: Double, meanDivergence: Double, formsBefore: Double,
      formsAfter: Double?
    ) {
      (self.norms, self.before, self.after, self.meanDivergence) = (norms, before, after, meanDivergence)
      (self.formsBefore, self.formsAfter) = (formsBefore, formsAfter)
    }
  }

  public var layer: Int
  public var trained: NormOptions
  public var chosen: NormOptions
  public var tokens: Int
  public var heads: [Head]
  public var logits: Logits
  public var agreement: [Agreement]
  public var alternatives: [Alternative]

  public init(
    layer: Int, trained: NormOptions, chosen: NormOptions, tokens: Int, heads: [Head], logits: Logits,
    agreement: [Agreement], alternatives: [Alternative]
  ) {
    (self.layer, self.trained, self.chosen, self.tokens) = (layer, trained, chosen, tokens)
    (self.heads, self.logits, self.agreement, self.alternatives) = (heads, logits, agreement, alternatives)
  }
}
