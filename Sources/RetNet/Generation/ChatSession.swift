/// A conversation with a model at one moment, as a value: copying it keeps the moment, and assigning the copy goes back.
///
/// Every token, typed or drawn, is one recurrent step.
public struct ChatSession: Sendable {
  /// Tokens fed so far.
  public private(set) var tokens: [Int] = []
  public private(set) var state: ModelState
  /// Typed tokens that wait for their step.
  public private(set) var pending: [Int] = []
  /// Whether a reply is under way, its prompt included.
  public private(set) var isReplying = false
  /// The norms each token was fed with, so that a moment can be computed again.
  public private(set) var normsFed: [NormOptions] = []
  public var sampler: Sampler

  /// Where each turn's tokens begin.
  private var turnStarts: [Int] = []
  private var speakers: [Turn.Speaker] = []
  /// What may come after the last token; nil before the first.
  private var next: NextToken?
  private let format: ChatFormat

  init(state: ModelState, sampler: Sampler, format: ChatFormat) {
    self.state = state
    self.sampler = sampler
    self.format = format
  }

  /// Turns begun so far, both speakers'.
  public var turns: Int { turnStarts.count }

  /// Queues a user's turn and opens the reply to it.
  mutating func submit(_ text: String) {
    pending += (tokens.isEmpty && pending.isEmpty ? [format.bos] : []) + format.prompt(text)
    isReplying = true
  }

  /// The reply ends where it stands; typed tokens that were not fed are dropped.
  mutating func endReply() {
    pending = []
    isReplying = false
  }

  /// The token of the next step: a typed one, or one that is drawn; nil where the reply ends.
  ///
  /// A symbol that ends the reply is not fed: the next turn opens with its own.
  mutating func nextToken() -> Int? {
    if !pending.isEmpty { return pending.removeFirst() }
    guard isReplying, let next else { return nil }
    let (format, isFirst) = (format, tokens.last == format.reply)
    let token = next.logits.withUnsafeBufferPointer { logits in
      sampler.draw(logits, recent: tokens) { format.allowsInReply($0, isFirst: isFirst) }
    }
    guard let token, !format.endsReply(token) else {
      isReplying = false
      return nil
    }
    return token
  }

  /// Feeds a token: the one recurrent step that everything on screen is a moment of.
  ///
  /// - Throws: `ModelError`; the session is then as it was before.
  mutating func feed(
    _ token: Int, norms: NormOptions, _ inference: Inference, _ tokenizer: Tokenizer
  ) throws -> Moment {
    let before = next
    var advanced = state
    var trace = StepTrace()
    let output = try inference.step(token, norms: norms, state: &advanced, trace: &trace)
    state = advanced
    let distribution = NextToken(output)
    next = distribution
    if token == format.user || token == format.reply {
      turnStarts.append(tokens.count)
      speakers.append(token == format.user ? .user : .reply)
    }
    tokens.append(token)
    normsFed.append(norms)

    let isControl = tokenizer.isControl(token)
    return Moment(
      position: tokens.count, token: token, piece: tokenizer.piece(token),
      role: isControl ? .control : speakers.last == .reply ? .reply : .user, turn: max(0, turns - 1),
      turnText: turnText(tokenizer), logProbability: before.map { Float($0.logProbability(token)) },
      entropy: Float(distribution.entropy),
      candidates: distribution.best(10).map {
        Moment.Candidate(
          token: $0.token, piece: tokenizer.pieceIfAny($0.token) ?? "#\($0.token)", probability: Float($0.probability))
      },
      state: state, trace: trace, norms: norms)
  }

  /// Text of the turn under way, whole characters only.
  private func turnText(_ tokenizer: Tokenizer) -> String {
    guard let start = turnStarts.last else { return "" }
    var assembler = UTF8Assembler()
    return assembler.append(tokenizer.decodeBytes(Array(tokens[(start + 1)...])))
  }

  /// What a step changes beside tokens and state; small, and kept for every step.
  struct Mark: Sendable {
    var pending: [Int]
    var isReplying: Bool
    var sampler: Sampler
  }

  var mark: Mark { Mark(pending: pending, isReplying: isReplying, sampler: sampler) }

  mutating func restore(_ mark: Mark) {
    pending = mark.pending
    isReplying = mark.isReplying
    sampler = mark.sampler
  }
}
