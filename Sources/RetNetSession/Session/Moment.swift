import RetNet

/// One moment of one model: everything a screen may show after one recurrent step.
public struct Moment: Sendable {
  /// Who a token belongs to.
  public enum Role: Sendable, Hashable { case user, reply, control }

  /// One candidate for the next token.
  public struct Candidate: Sendable, Hashable {
    public var token: Int
    /// The piece as the vocabulary spells it, `▁saw`.
    public var piece: String
    /// Before any sampler stage.
    public var probability: Float
  }

  /// Tokens seen so far, this one included: the position of the next.
  public var position: Int
  public var token: Int
  /// The piece as the vocabulary spells it, `▁saw`.
  public var piece: String
  public var role: Role
  /// The turn this token belongs to, counted from 0 over both speakers.
  public var turn: Int
  /// Text of that turn up to and including this token; bytes of an unfinished character are held back.
  public var turnText: String
  /// ln p of this token before sampling stages; nil for the very first token.
  public var logProbability: Float?
  /// Entropy of the distribution that this token stood in, in nats; nil for the very first token.
  public var entropyBefore: Float?
  /// Entropy of the next token's distribution, in nats.
  public var entropy: Float
  /// The most probable next tokens, best first.
  public var candidates: [Candidate]
  /// The state after this token.
  public var state: ModelState
  public var trace: StepTrace
  /// What this step was made with.
  public var conditions: StepConditions
  /// How often each head's divisor of norm 3 was above 1 so far, `[layers · heads]`; empty where it never was.
  public var divisions: [Int] = []
  /// What the viewer has asked for beside (`Engine.watch`).
  public var lens: [LensReading] = []
  public var stages: [SamplerStage] = []

  /// The norms this step was made with.
  public var norms: NormOptions { conditions.norms }

  /// What stays of this moment once the next has come.
  public var fed: FedToken {
    FedToken(
      position: position, token: token, piece: piece, role: role, turn: turn, logProbability: logProbability,
      entropyBefore: entropyBefore, trace: trace, conditions: conditions)
  }
}
