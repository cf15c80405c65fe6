import RetNet

/// How the next token is drawn from the logits: penalty, temperature, min-p, top-k and top-p, in this order.
///
/// A model's values are in its `generation_config.json`. Values out of range are rejected when a chat is created.
public struct SamplingOptions: Sendable, Hashable, Codable {
  /// Divides the logits, 0 to 100; 0 always selects the most probable token.
  public var temperature: Float = 0.8
  /// Keeps the k most probable tokens, 0 to 2²⁴; 0 keeps all.
  public var topK: Int = 40
  /// Keeps the smallest set of tokens whose total probability reaches p, 0 to 1; 1 keeps all.
  public var topP: Float = 0.95
  /// Drops tokens whose probability is below this share of the most probable one's, 0 to 1; 0 keeps all.
  public var minP: Float = 0
  /// Divides positive logits and multiplies negative logits of tokens in the last `repetitionWindow`, 0.01 to 100; 1 is
  /// off. A conversation's control symbols, such as the end of a turn, are exempt.
  public var repetitionPenalty: Float = 1.1
  /// Number of recent tokens that are penalized, 0 to 2²⁴.
  public var repetitionWindow: Int = 64
  package var seed: UInt64 = 1

  /// The default values.
  public init() {}
}

extension SamplingOptions {
  static let temperatures: ClosedRange<Double> = 0...100
  static let shares: ClosedRange<Double> = 0...1
  static let penalties: ClosedRange<Double> = 0.01...100
  static let counts = 0...1 << 24

  /// Throws `ChatError.sampling` for the first value out of range.
  func check() throws(ChatError) {
    func check(_ name: String, _ value: Float, _ range: ClosedRange<Double>) throws(ChatError) {
      // Compares the shortest decimal: 0.01 in Float is slightly below 0.01 in Double.
      if range.contains(value.shortestDecimal) { return }
      throw .sampling(
        name: name, found: "\(value)", expected: "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    func check(_ name: String, _ value: Int) throws(ChatError) {
      if Self.counts.contains(value) { return }
      throw .sampling(
        name: name, found: "\(value)",
        expected: "a whole number from \(Self.counts.lowerBound) to \(Self.counts.upperBound)")
    }
    try check("temperature", temperature, Self.temperatures)
    try check("topK", topK)
    try check("topP", topP, Self.shares)
    try check("minP", minP, Self.shares)
    try check("repetitionPenalty", repetitionPenalty, Self.penalties)
    try check("repetitionWindow", repetitionWindow)
  }
}
