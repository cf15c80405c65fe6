import RetNet

/// How the next token is drawn from the logits. `Sampler` has the order of the stages.
///
/// A model's values are in its `generation_config.json`. Values out of range are rejected when a chat is created.
public struct SamplingOptions: Sendable, Hashable {
  /// Divides the logits of the tokens that all other stages keep, 0 to 100; 0 always selects the most probable token.
  public var temperature: Float = 0.8
  /// Keeps the k most probable tokens, 0 to 2²⁴; 0 keeps all.
  public var topK: Int = 40
  /// Keeps the smallest set of tokens whose total probability reaches p, 0 to 1; 1 keeps all.
  public var topP: Float = 0.95
  /// Drops tokens whose probability is below this share of the most probable one's, 0 to 1; 0 keeps all.
  public var minP: Float = 0
  /// Keeps the tokens whose information −ln p is nearest to the entropy, until their probabilities reach p, 0 to 1; 1
  /// keeps all.
  public var typicalP: Float = 1
  /// Keeps the tokens whose logits are at most n standard deviations of all logits below the largest, 0 to 100; 0 keeps
  /// all.
  public var topNSigma: Float = 0
  /// Divides positive logits and multiplies negative logits of tokens in the last `repetitionWindow`, 0.01 to 100; 1 is
  /// off. A conversation's control symbols, such as the end of a turn, are exempt.
  public var repetitionPenalty: Float = 1.1
  /// Subtracted from the logit of a token in the last `repetitionWindow` once per occurrence, −10 to 10; 0 is off.
  public var frequencyPenalty: Float = 0
  /// Subtracted from the logit of a token in the last `repetitionWindow` once, −10 to 10; 0 is off.
  public var presencePenalty: Float = 0
  /// Number of recent tokens that are penalized, 0 to 2²⁴.
  public var repetitionWindow: Int = 64
  /// Added to the logits of these tokens, −100 to 100; −100 excludes a token in practice. Tokens outside the vocabulary
  /// have no effect.
  public var logitBias: [Int: Float] = [:]
  /// Texts that end a reply, at most 64 of at most 1,000 bytes. The reply ends before the one that is complete first. The
  /// tokens of a possible beginning are held back until it is clear that they belong to the reply.
  public var stop: [String] = []
  /// An expression that every reply matches from its beginning to its end, unless it reaches its maximum number of
  /// tokens; nil allows any reply.
  public var pattern: ReplyPattern?
  package var seed: UInt64 = 1

  /// The default values.
  public init() {}
}

extension SamplingOptions {
  static let temperatures: ClosedRange<Double> = 0...100
  static let shares: ClosedRange<Double> = 0...1
  static let penalties: ClosedRange<Double> = 0.01...100
  static let differences: ClosedRange<Double> = -10...10
  static let deviations: ClosedRange<Double> = 0...100
  static let biases: ClosedRange<Double> = -100...100
  static let counts = 0...1 << 24
  static let mostStops = 64
  static let longestStop = 1000

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
    try check("typicalP", typicalP, Self.shares)
    try check("topNSigma", topNSigma, Self.deviations)
    try check("frequencyPenalty", frequencyPenalty, Self.differences)
    try check("presencePenalty", presencePenalty, Self.differences)
    try check("repetitionPenalty", repetitionPenalty, Self.penalties)
    try check("repetitionWindow", repetitionWindow)
    for (token, bias) in logitBias { try check("logitBias of token \(token)", bias, Self.biases) }
    if let problem = Self.problem(ofStops: stop) {
      throw .sampling(name: "stop", found: problem.found, expected: problem.expected)
    }
  }

  /// What is wrong with stop strings; nil if nothing is.
  package static func problem(ofStops stop: [String]) -> (found: String, expected: String)? {
    if stop.count > mostStops { return ("\(stop.count) texts", "at most \(mostStops)") }
    guard let wrong = stop.first(where: { !(1...longestStop).contains($0.utf8.count) }) else { return nil }
    return ("a text of \(wrong.utf8.count) bytes", "1 to \(longestStop) bytes")
  }
}

/// In session files. Keys that older files lack have their defaults.
extension SamplingOptions: Codable {
  private enum CodingKeys: String, CodingKey {
    case temperature, topK, topP, minP, typicalP, topNSigma, repetitionPenalty, frequencyPenalty, presencePenalty
    case repetitionWindow, logitBias, stop, pattern, seed
  }

  /// Decodes sampling values. `Sampler` and `ChatModel.makeChat` check them.
  ///
  /// - Parameter decoder: the decoder of the stored values.
  /// - Throws: `DecodingError` for a missing or invalid value.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    temperature = try values.decode(Float.self, forKey: .temperature)
    topK = try values.decode(Int.self, forKey: .topK)
    topP = try values.decode(Float.self, forKey: .topP)
    minP = try values.decode(Float.self, forKey: .minP)
    typicalP = try values.decodeIfPresent(Float.self, forKey: .typicalP) ?? typicalP
    topNSigma = try values.decodeIfPresent(Float.self, forKey: .topNSigma) ?? topNSigma
    repetitionPenalty = try values.decode(Float.self, forKey: .repetitionPenalty)
    frequencyPenalty = try values.decodeIfPresent(Float.self, forKey: .frequencyPenalty) ?? frequencyPenalty
    presencePenalty = try values.decodeIfPresent(Float.self, forKey: .presencePenalty) ?? presencePenalty
    repetitionWindow = try values.decode(Int.self, forKey: .repetitionWindow)
    logitBias = try values.decodeIfPresent([Int: Float].self, forKey: .logitBias) ?? logitBias
    stop = try values.decodeIfPresent([String].self, forKey: .stop) ?? stop
    pattern = try values.decodeIfPresent(ReplyPattern.self, forKey: .pattern)
    seed = try values.decode(UInt64.self, forKey: .seed)
  }

  /// Encodes sampling values. Stop strings and a pattern are encoded only if there are any.
  ///
  /// - Parameter encoder: receives the values.
  /// - Throws: the encoder's error.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(temperature, forKey: .temperature)
    try values.encode(topK, forKey: .topK)
    try values.encode(topP, forKey: .topP)
    try values.encode(minP, forKey: .minP)
    try values.encode(typicalP, forKey: .typicalP)
    try values.encode(topNSigma, forKey: .topNSigma)
    try values.encode(repetitionPenalty, forKey: .repetitionPenalty)
    try values.encode(frequencyPenalty, forKey: .frequencyPenalty)
    try values.encode(presencePenalty, forKey: .presencePenalty)
    try values.encode(repetitionWindow, forKey: .repetitionWindow)
    try values.encode(logitBias, forKey: .logitBias)
    if !stop.isEmpty { try values.encode(stop, forKey: .stop) }
    try values.encodeIfPresent(pattern, forKey: .pattern)
    try values.encode(seed, forKey: .seed)
  }
}
