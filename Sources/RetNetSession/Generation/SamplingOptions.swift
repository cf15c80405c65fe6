import RetNet

/// How the next token is drawn from the logits. The defaults of a model stand beside it, in `generation_config.json`.
package struct SamplingOptions: Sendable, Hashable, Codable {
  /// Divides the logits; 0 takes the most probable token.
  package var temperature: Float = 0.8
  /// Keeps the k most probable tokens; 0 keeps all.
  package var topK: Int = 40
  /// Keeps the smallest set of tokens whose probability reaches p; 1 keeps all.
  package var topP: Float = 0.95
  /// Drops tokens less probable than this share of the most probable one; 0 keeps all.
  package var minP: Float = 0
  /// Divides positive and multiplies negative logits of tokens seen in the last `repetitionWindow`; 1 is off.
  package var repetitionPenalty: Float = 1.1
  /// Tokens back that the penalty looks.
  package var repetitionWindow: Int = 64
  package var seed: UInt64 = 1

  package init() {}
}
