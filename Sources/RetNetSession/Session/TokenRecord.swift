import RetNet

/// What a step leaves behind beside the state: enough to show a token that has gone by.
package struct TokenRecord: Sendable {
  /// Tokens seen so far, this one included.
  package var position: Int
  package var token: Int
  /// The piece as the vocabulary spells it, `▁saw`.
  package var piece: String
  package var role: StepResult.Role
  /// The turn this token belongs to, counted from 0 over both speakers.
  package var turn: Int
  /// ln p of this token before sampling stages; nil for the very first token.
  package var logProbability: Float?
  /// Entropy of the distribution that this token stood in, in nats; nil for the very first token.
  package var entropyBefore: Float?
  package var trace: StepTrace
  /// What this step was made with.
  package var conditions: StepOptions
}
