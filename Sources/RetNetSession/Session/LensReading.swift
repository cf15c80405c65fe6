import RetNet

/// What the model would say if it ended behind a layer (the logit lens): the final norm and the head, applied to the
/// residual stream there.
public struct LensReading: Sendable, Hashable {
  /// The layer, from 0. The last one's reading is the model's own.
  public var layer: Int
  /// The most probable next tokens, best first.
  public var best: [Moment.Candidate]
  /// Entropy of the distribution, in nats.
  public var entropy: Float
  /// A token, and how many are more probable here; 0 is the first rank. It is the token that came next, where one is on
  /// record, else the one that the model itself holds most probable.
  public var ranked: String
  public var rank: Int
}
