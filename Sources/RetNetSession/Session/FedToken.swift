import RetNet

/// What a step leaves behind beside the state: enough to show a token that has gone by.
public struct FedToken: Sendable {
  /// Tokens seen so far, this one included.
  public var position: Int
  public var token: Int
  /// The piece as the vocabulary spells it, `▁saw`.
  public var piece: String
  public var role: Moment.Role
  /// The turn this token belongs to, counted from 0 over both speakers.
  public var turn: Int
  /// ln p of this token before sampling stages; nil for the very first token.
  public var logProbability: Float?
  /// Entropy of the distribution that this token stood in, in nats; nil for the very first token.
  public var entropyBefore: Float?
  public var trace: StepTrace
  /// What this step was made with.
  public var conditions: StepConditions
}
