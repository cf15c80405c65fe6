/// One token of a reply.
public struct ReplyToken: Sendable, Hashable {
  /// The token's number in the vocabulary, from 0.
  public let token: Int
  /// The text that the token adds. A character is in the text of the token that completes its UTF-8 bytes, so the text
  /// may be empty.
  public let text: String
  /// ln p of the token, in nats, under the model's distribution before any sampler stage.
  public let logProbability: Double
  /// −Σ p ln p of that distribution, in nats.
  public let entropy: Double
  /// ln p of the token among those that ``SamplingOptions/pattern`` allows here, in nats; `logProbability` without a
  /// pattern.
  public let allowedLogProbability: Double
  /// The most probable tokens of that distribution, best first, as many as were requested.
  package var candidates: [Candidate] = []

  /// A candidate for a token of a reply.
  package struct Candidate: Sendable, Hashable {
    package var token: Int
    /// ln p, in nats.
    package var logProbability: Double
  }
}
