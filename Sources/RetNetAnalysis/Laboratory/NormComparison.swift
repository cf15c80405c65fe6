import RetNet

/// The effects of other norms than those of training on a model, on the tokens of a session.
package struct NormComparison: Sendable, Hashable {
  /// One head of the chosen layer, on the same q, k and v under both settings.
  package struct Head: Sendable, Hashable {
    /// max |Δo| as a share of max |o|, before the group norm.
    package var before: Double
    /// Likewise after it.
    package var after: Double
    /// The smallest and largest f_n(chosen) / f_n(trained) over the tokens, the joint factor of norms 1 to 3.
    package var factors: ClosedRange<Double>

    package init(before: Double, after: Double, factors: ClosedRange<Double>) {
      (self.before, self.after, self.factors) = (before, after, factors)
    }
  }

  /// One candidate for the next token.
  package struct Candidate: Sendable, Hashable {
    package var token: Int
    package var probability: Double

    package init(token: Int, probability: Double) { (self.token, self.probability) = (token, probability) }
  }

  /// What follows the session's last token under one setting.
  package struct Continuation: Sendable, Hashable {
    /// The most probable next tokens, best first.
    package var candidates: [Candidate]
    /// The most probable tokens one after another, up to the end of the reply or `Laboratory.continuationLength`.
    package var tokens: [Int]
    /// Whether the reply ends after `tokens`.
    package var hasEnded: Bool

    package init(candidates: [Candidate], tokens: [Int], hasEnded: Bool = false) {
      (self.candidates, self.tokens, self.hasEnded) = (candidates, tokens, hasEnded)
    }
  }

  /// What follows the session's last token under both settings, which apply from that token on.
  package struct Preview: Sendable, Hashable {
    /// KL(p_trained ‖ p_chosen) of the next token, in nats.
    package var divergence: Double
    package var trained: Continuation
    package var chosen: Continuation

    package init(divergence: Double, trained: Continuation, chosen: Continuation) {
      (self.divergence, self.trained, self.chosen) = (divergence, trained, chosen)
    }
  }

  /// The effects on the model's output over the text, read from its start under each setting.
  package struct Logits: Sendable, Hashable {
    /// KL(p_trained ‖ p_chosen) after the last token, in nats.
    package var divergence: Double
    /// Its mean over all tokens.
    package var meanDivergence: Double
    /// Tokens after which the most probable token changes.
    package var changed: Int

    package init(divergence: Double, meanDivergence: Double, changed: Int) {
      (self.divergence, self.meanDivergence, self.changed) = (divergence, meanDivergence, changed)
    }
  }

  /// The difference of the recurrent or chunkwise form from the parallel form in the chosen layer, under the chosen norms.
  package struct Agreement: Sendable, Hashable {
    package var form: RetentionForm
    /// The largest |Δo| of all heads and tokens as a share of the head's largest |o|, before the group norm.
    package var before: Double
    /// Likewise after it; nil if it is off.
    package var after: Double?

    package init(form: RetentionForm, before: Double, after: Double?) {
      (self.form, self.before, self.after) = (form, before, after)
    }
  }

  /// A setting that differs from that of training in a single switch, and its effects.
  package struct Alternative: Sendable, Hashable {
    package var norms: NormOptions
    /// The largest change of all heads of the layer, before and after the group norm.
    package var before: Double
    package var after: Double
    package var meanDivergence: Double
    /// The largest difference between the forms, before and after the group norm.
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
  package var preview: Preview
  package var agreement: [Agreement]
  package var alternatives: [Alternative]

  package init(
    layer: Int, trained: NormOptions, chosen: NormOptions, tokens: Int, heads: [Head], logits: Logits,
    preview: Preview, agreement: [Agreement], alternatives: [Alternative]
  ) {
    (self.layer, self.trained, self.chosen, self.tokens) = (layer, trained, chosen, tokens)
    (self.heads, self.logits, self.preview) = (heads, logits, preview)
    (self.agreement, self.alternatives) = (agreement, alternatives)
  }
}
