import RetNet

/// How the next token is drawn from the logits. The defaults of a model stand beside it, in `generation_config.json`.
public struct SamplingOptions: Sendable, Hashable, Codable {
  /// Divides the logits; 0 takes the most probable token.
  public var temperature: Float = 0.8
  /// Keeps the k most probable tokens; 0 keeps all.
  public var topK: Int = 40
  /// Keeps the smallest set of tokens whose probability reaches p; 1 keeps all.
  public var topP: Float = 0.95
  /// Drops tokens less probable than this share of the most probable one; 0 keeps all.
  public var minP: Float = 0
  /// Divides positive and multiplies negative logits of tokens seen in the last `repetitionWindow`; 1 is off.
  public var repetitionPenalty: Float = 1.1
  /// Tokens back that the penalty looks.
  public var repetitionWindow: Int = 64
  public var seed: UInt64 = 1

  public init() {}
}
