import RetNet

/// What other norms than those of its training do to a model, on the tokens of a session.
package struct NormComparison: Sendable, Hashable {
  /// One head of the chosen layer, on the same q, k and v under both settings.
  package struct Head: Sendable, Hashable {
    /// max |Δo| as a share of max |o|, before the group norm.
    package var before: Double
    /// Likewise behind it.
    package var after: Double
    /// The smallest and largest factor f_n(chosen) / f_n(trained) over the tokens: all that norms 1 to 3 do.
    package var factors: ClosedRange<Double>

    package init(before: Double, after: Double, factors: ClosedRange<Double>) {
      (self.before, self.after, self.factors) = (before, after, factors)
    }
  }

  /// What reaches the model's end.
  package struct Logits: Sendable, Hashable {
    /// KL(p_trained ‖ p_chosen) of the next token behind the last one, in nats.
    package var divergence: Double
    /// Its mean over all tokens.
    package var meanDivergence: Double
    /// The most probable token behind the last one, under the trained norms.
    package var trainedBest: Int
    /// Likewise under the chosen ones.
    package var chosenBest: Int
    /// Tokens behind which the most probable one is another.
    package var changed: Int

    package init(divergence: Double, meanDivergence: Double, trainedBest: Int, chosenBest: Int, changed: Int) {
      (self.divergence, self.meanDivergence, self.changed) = (divergence, meanDivergence, changed)
      (self.trainedBest, self.chosenBest) = (trainedBest, chosenBest)
    }
  }

  /// How far the chosen norms' recurrent and chunkwise forms are from the parallel one, through the chosen layer.
  package struct Agreement: Sendable, Hashable {
    package var form: RetentionForm
    /// The largest |Δo| of all heads and tokens as a share of the head's largest |o|, before the group norm.
    package var before: Double
    /// Likewise behind it; nil where it is off.
    package var after: Double?

    package init(form: RetentionForm, before: Double, after: Double?) {
      (self.form, self.before, self.after) = (form, before, after)
    }
  }

  /// One setting that differs from the trained one in a single switch, and what it does.
  package struct Alternative: Sendable, Hashable {
    package var norms: NormOptions
    /// The largest of all heads of the layer.
    package var before: Double
    package var after: Double
    package var meanDivergence: Double
    /// The largest disagreement of the forms, before and behind the group norm.
    package var formsBefore: Double
    package var formsAfter: Double?

    package init(
      norms: NormOptions, before: Double, after: Double, meanDivergence: Double, formsBefore: Double,
      formsAfter: Double?
    ) {
      (self.norms, self.before, self.after, self.meanDivergence) = (norms, before, after, meanDivergence)
      (self.formsBefore, self.formsAfter) = (formsBefore, formsAfter)
    }
  }

  package var layer: Int
  package var trained: NormOptions
  package var chosen: NormOptions
  package var tokens: Int
  package var heads: [Head]
  package var logits: Logits
  package var agreement: [Agreement]
  package var alternatives: [Alternative]

  package init(
    layer: Int, trained: NormOptions, chosen: NormOptions, tokens: Int, heads: [Head], logits: Logits,
    agreement: [Agreement], alternatives: [Alternative]
  ) {
    (self.layer, self.trained, self.chosen, self.tokens) = (layer, trained, chosen, tokens)
    (self.heads, self.logits, self.agreement, self.alternatives) = (heads, logits, agreement, alternatives)
  }
}
