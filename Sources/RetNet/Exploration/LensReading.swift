/// What the model would say if it ended behind a layer (the logit lens): the final norm and the head, applied to the
/// residual stream there.
public struct LensReading: Sendable, Hashable {
  /// The layer, from 0. The last one's reading is the model's own.
  public var layer: Int
  /// The most probable next tokens, best first.
  public var best: [Moment.Candidate]
  /// Entropy of the distribution, in nats.
  public var entropy: Float
  /// How many tokens are more probable than the one that the model itself holds most probable; 0 is the first rank.
  public var rankOfBest: Int
}
