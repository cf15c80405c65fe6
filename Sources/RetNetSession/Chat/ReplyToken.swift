/// One token of a reply.
public struct ReplyToken: Sendable, Hashable {
  /// Its number in the vocabulary, from 0.
  public let token: Int
  /// What it adds to the text, ready to print. A character comes with the token that completes its UTF-8 bytes, so this
  /// may be empty.
  public let text: String
  /// ln p of the token in the model's distribution, before penalty, temperature and cuts; in nats.
  public let logProbability: Double
  /// −Σ p ln p of that distribution, in nats.
  public let entropy: Double
}
