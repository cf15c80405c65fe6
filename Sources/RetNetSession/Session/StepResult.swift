import RetNet

/// The result of one recurrent step, with everything that a screen can show.
package struct StepResult: Sendable {
  /// The speaker of a token, or a control symbol.
  package enum Role: Sendable, Hashable { case user, reply, control }

  /// One candidate for the next token.
  package struct Candidate: Sendable, Hashable {
    package var token: Int
    /// The piece as spelled in the vocabulary, `▁saw`.
    package var piece: String
    /// Before any sampler stage.
    package var probability: Float
  }

  /// Tokens read so far, including this one; the position of the next.
  package var position: Int
  package var token: Int
  /// The piece as spelled in the vocabulary, `▁saw`.
  package var piece: String
  package var role: Role
  /// The turn that contains this token, numbered from 0 over both speakers.
  package var turn: Int
  /// Text of that turn up to and including this token, without an incomplete character.
  package var turnText: String
  /// ln p of this token before sampling stages; nil for the first token.
  package var logProbability: Float?
  /// Entropy of the distribution that this token was drawn from, in nats; nil for the first token.
  package var entropyBefore: Float?
  /// Entropy of the next token's distribution, in nats.
  package var entropy: Float
  /// The most probable next tokens, best first.
  package var candidates: [Candidate]
  /// The state after this token.
  package var state: ModelState
  package var trace: StepTrace
  /// The options of this step.
  package var options: StepOptions
  /// How often each head's norm 3 divisor was above 1 so far, `[layers · heads]`; empty if it never was.
  package var divisions: [Int] = []
  /// Parts that `Engine.watch` requests.
  package var lens: [LensPrediction] = []
  package var stages: [SamplerStage] = []

  /// The norms of this step.
  package var norms: NormOptions { options.norms }

  /// The part of this result that is kept after the next step.
  package var record: TokenRecord {
    TokenRecord(
      position: position, token: token, piece: piece, role: role, turn: turn, logProbability: logProbability,
      entropyBefore: entropyBefore, trace: trace, options: options)
  }
}
