import RetNet

/// The prediction after a layer (the logit lens): the final norm and the output layer, applied to the residual stream.
package struct LensPrediction: Sendable, Hashable {
  /// The layer, from 0. The last layer's prediction is the model's own.
  package var layer: Int
  /// The most probable next tokens, best first.
  package var best: [StepResult.Candidate]
  /// Entropy of the distribution, in nats.
  package var entropy: Float
  /// The piece of the token that `rank` refers to: the next recorded token if there is one, else the model's most
  /// probable token. Rank 0 is the most probable.
  package var ranked: String
  package var rank: Int
}
