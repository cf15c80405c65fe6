/// What was typed and said, token by token: all of a conversation but what the model has made of it.
///
/// It can go back to any number of tokens, with what waited and which random numbers came next at that moment.
struct Conversation: Sendable {
  /// Tokens fed so far.
  private(set) var tokens: [Int] = []
  /// The norms each token was fed with, so that a moment can be computed again.
  private(set) var normsFed: [NormOptions] = []
  /// Whether a reply is under way, its prompt included.
  private(set) var isReplying = false
  var sampler: Sampler

  private let format: ConversationFormat
  private let tokenizer: Tokenizer
  /// Typed tokens that wait for their step. A slice, so that the marks share its memory.
  private var pending: ArraySlice<ConversationFormat.Typed> = []
  private var turns: [TurnStart] = []
  /// What stood beside each token before it was fed.
  private var marks: [Mark] = []

  /// Where a turn begins among the tokens, the symbol that opens it included.
  private struct TurnStart: Sendable {
    var index: Int
    var speaker: Turn.Speaker
  }

  private struct Mark: Sendable {
    var pending: ArraySlice<ConversationFormat.Typed>
    var isReplying: Bool
    var sampler: Sampler
  }

  init(sampler: Sampler, format: ConversationFormat, tokenizer: Tokenizer) {
    self.sampler = sampler
    self.format = format
    self.tokenizer = tokenizer
  }

  // MARK: Going on

  /// Queues a user's turn and opens the reply to it.
  mutating func submit(_ text: String) {
    endReply()
    pending = format.prompt(text, isFirst: tokens.isEmpty, tokenizer)[...]
    isReplying = true
  }

  /// The reply ends where it stands; typed tokens that were not fed are dropped.
  mutating func endReply() {
    pending = []
    isReplying = false
  }

  /// The token of the next step: a typed one, or one that is drawn from `next`; nil where the reply ends.
  ///
  /// A symbol that ends the reply is not fed: the next turn opens with its own. Nothing changes until `append`, but for
  /// the random numbers and the end.
  mutating func nextToken(_ next: NextToken?) -> ConversationFormat.Typed? {
    if let typed = pending.first { return typed }
    guard isReplying, let next else { return nil }
    let (format, isFirst) = (format, turns.last.map { isEmpty($0) || $0.speaker == .user } ?? true)
    let token = next.logits.withUnsafeBufferPointer { logits in
      sampler.draw(logits, recent: tokens) { format.allowsInReply($0, isFirst: isFirst) }
    }
    guard let token, !format.endsReply(token) else {
      isReplying = false
      return nil
    }
    return ConversationFormat.Typed(token: token, opens: turns.last?.speaker == .reply ? nil : .reply)
  }

  /// Takes note of a token that has been fed.
  ///
  /// - Parameter sampler: as it was before the token was drawn.
  mutating func append(_ fed: ConversationFormat.Typed, norms: NormOptions, sampler before: Sampler) {
    marks.append(Mark(pending: pending, isReplying: isReplying, sampler: before))
    _ = pending.popFirst()
    if let speaker = fed.opens { turns.append(TurnStart(index: tokens.count, speaker: speaker)) }
    tokens.append(fed.token)
    normsFed.append(norms)
  }

  // MARK: Going back

  /// Forgets the tokens from `count` on. What is set for sampling stays.
  mutating func truncate(to count: Int) {
    guard count < tokens.count else { return }
    let options = sampler.options
    pending = marks[count].pending
    isReplying = marks[count].isReplying
    sampler = marks[count].sampler
    sampler.options = options
    let dropped = tokens.count - count
    tokens.removeLast(dropped)
    normsFed.removeLast(dropped)
    marks.removeLast(dropped)
    while let last = turns.last, last.index >= count { turns.removeLast() }
  }

  // MARK: Reading

  /// Whether the next token begins another turn.
  var isBetweenTurns: Bool { pending.first.map { $0.opens != nil } ?? (turns.last?.speaker != .reply) }

  /// Whether typed tokens wait for their step, so that the next one is not drawn.
  var hasTyped: Bool { !pending.isEmpty }

  /// Turns begun so far, both speakers'.
  var turnCount: Int { turns.count }

  /// The turn that the token at `index` belongs to, counted over both speakers, and who speaks. Before the first turn
  /// the number is 0.
  func turn(at index: Int) -> (number: Int, role: Moment.Role) {
    guard let number = turns.lastIndex(where: { $0.index <= index }) else { return (0, .control) }
    if tokenizer.isControl(tokens[index]) { return (number, .control) }
    return (number, turns[number].speaker == .reply ? .reply : .user)
  }

  /// The text of a turn up to and including the token at `index`, whole characters only; empty before the first turn.
  func text(ofTurn number: Int, through index: Int) -> String {
    guard turns.indices.contains(number), turns[number].index <= index else { return "" }
    let turn = turns[number]
    let text = tokens[(turn.index + (hasSymbol(turn) ? 1 : 0))...]
    // A reply that goes on with a text keeps the space that its first piece brings.
    let atStart = turn.speaker == .user || !format.continuesText
    var assembler = UTF8Assembler()
    let bytes = tokenizer.decodeBytes(Array(text.prefix(through: index)), atStart: atStart)
    return assembler.append(bytes)
  }

  private func hasSymbol(_ turn: TurnStart) -> Bool { tokenizer.isControl(tokens[turn.index]) }

  /// Whether nothing of a turn's text has been fed.
  private func isEmpty(_ turn: TurnStart) -> Bool { hasSymbol(turn) && tokens.count == turn.index + 1 }
}
