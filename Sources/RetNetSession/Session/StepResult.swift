import RetNet

/// One moment of one model: everything a screen may show after one recurrent step.
package struct StepResult: Sendable {
  /// Who a token belongs to.
  package enum Role: Sendable, Hashable { case user, reply, control }

  /// One candidate for the next token.
  package struct Candidate: Sendable, Hashable {
    package var token: Int
    /// The piece as the vocabulary spells it, `▁saw`.
    package var piece: String
    /// Before any sampler stage.
    package var probability: Float
  }

  /// Tokens seen so far, this one included: the position of the next.
  package var position: Int
  package var token: Int
  /// The piece as the vocabulary spells it, `▁saw`.
  package var piece: String
  package var role: Role
  /// The turn this token belongs to, counted from 0 over both speakers.
  package var turn: Int
  /// Text of that turn up to and including this token; bytes of an unfinished character are held back.
  package var turnText: String
  /// ln p of this token before sampling stages; nil for the very first token.
  package var logProbability: Float?
  /// Entropy of the distribution that this token stood in, in nats; nil for the very first token.
  package var entropyBefore: Float?
  /// Entropy of the next token's distribution, in nats.
  package var entropy: Float
  /// The most probable next tokens, best first.
  package var candidates: [Candidate]
  /// The state after this token.
  package var state: ModelState
  package var trace: StepTrace
  /// What this step was made with.
  package var conditions: StepOptions
  /// How often each head's divisor of norm 3 was above 1 so far, `[layers · heads]`; empty where it never was.
  package var divisions: [Int] = []
  /// What the viewer has asked for beside (`Engine.watch`).
  package var lens: [LensPrediction] = []
  package var stages: [SamplerStage] = []

  /// The norms this step was made with.
  package var norms: NormOptions { conditions.norms }

  /// What stays of this moment once the next has come.
  package var fed: TokenRecord {
    TokenRecord(
      position: position, token: token, piece: piece, role: role, turn: turn, logProbability: logProbability,
      entropyBefore: entropyBefore, trace: trace, conditions: conditions)
  }
}
