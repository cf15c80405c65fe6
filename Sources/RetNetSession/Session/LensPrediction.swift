import RetNet

/// What the model would say if it ended behind a layer (the logit lens): the final norm and the head, applied to the
/// residual stream there.
package struct LensPrediction: Sendable, Hashable {
  /// The layer, from 0. The last one's reading is the model's own.
  package var layer: Int
  /// The most probable next tokens, best first.
  package var best: [StepResult.Candidate]
  /// Entropy of the distribution, in nats.
  package var entropy: Float
  /// A token, and how many are more probable here; 0 is the first rank. It is the token that came next, where one is on
  /// record, else the one that the model itself holds most probable.
  package var ranked: String
  package var rank: Int
}
