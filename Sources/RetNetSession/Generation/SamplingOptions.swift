import RetNet

/// How the next token is drawn from the logits: penalty, temperature, min-p, top-k and top-p, in this order.
///
/// The values of a model stand beside it in `generation_config.json`. Values out of range are refused where a chat is made.
public struct SamplingOptions: Sendable, Hashable, Codable {
  /// Divides the logits, 0 to 100; 0 takes the most probable token.
  public var temperature: Float = 0.8
  /// Keeps the k most probable tokens, 0 to 2²⁴; 0 keeps all.
  public var topK: Int = 40
  /// Keeps the smallest set of tokens whose probability reaches p, 0 to 1; 1 keeps all.
  public var topP: Float = 0.95
  /// Drops tokens less probable than this share of the most probable one, 0 to 1; 0 keeps all.
  public var minP: Float = 0
  /// Divides positive and multiplies negative logits of tokens seen in the last `repetitionWindow`, 0.01 to 100; 1 is off.
  public var repetitionPenalty: Float = 1.1
  /// Tokens back that the penalty looks, 0 to 2²⁴.
  public var repetitionWindow: Int = 64
  package var seed: UInt64 = 1

  /// The defaults of each value.
  public init() {}
}

extension SamplingOptions {
  static let temperatures: ClosedRange<Double> = 0...100
  static let shares: ClosedRange<Double> = 0...1
  static let penalties: ClosedRange<Double> = 0.01...100
  static let counts = 0...1 << 24

  /// Throws `ChatError.sampling` for the first value that is out of its range.
  func check() throws(ChatError) {
    func check(_ name: String, _ value: Float, _ range: ClosedRange<Double>) throws(ChatError) {
      // As the decimal that it was written as: 0.01 in Float is a little below 0.01 in Double.
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
