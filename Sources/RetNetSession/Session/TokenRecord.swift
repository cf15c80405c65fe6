import RetNet

/// The record of a token: the part of a step result that is kept without the state.
package struct TokenRecord: Sendable {
  /// Tokens read so far, including this one.
  package var position: Int
  package var token: Int
  /// The piece as spelled in the vocabulary, `▁saw`.
  package var piece: String
  package var role: StepResult.Role
  /// The turn that contains this token, numbered from 0 over both speakers.
  package var turn: Int
  /// ln p of this token before sampling stages; nil for the first token.
  package var logProbability: Float?
  /// Entropy of the distribution that this token was drawn from, in nats; nil for the first token.
  package var entropyBefore: Float?
  package var trace: StepTrace
  /// The options of this step.
  package var options: StepOptions
}
