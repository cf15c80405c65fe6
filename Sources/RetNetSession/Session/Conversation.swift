import RetNet
import RetNetText

/// What was typed and said, token by token: all of a conversation but what the model has made of it.
///
/// It stands at a moment, with all that was recorded before and behind it: going back forgets nothing, and going on again
/// takes the recorded tokens, until something else is fed. With each token stands what waited and which random numbers
/// came next at that moment.
package struct Conversation: Sendable {
  /// Tokens fed so far: the moment at which the conversation stands.
  package private(set) var position = 0
  /// Every token on record, those behind the present moment included.
  private(set) var recorded: [Int] = []
  /// What each of them was fed with, so that a moment can be computed again.
  package private(set) var conditions: [StepOptions] = []
  /// Whether a reply is under way, its prompt included.
  package private(set) var isReplying = false
  package var sampler: Sampler

  private let format: ConversationFormat
  private let tokenizer: Tokenizer
  /// Typed tokens that wait for their step. A slice, so that the marks share its memory.
  private var pending: ArraySlice<ConversationFormat.TurnToken> = []
  /// Every turn on record.
  private var turns: [TurnStart] = []
  /// Tokens before each message, a message of which nothing has been fed yet included.
  private var messages: [Int] = []
  /// What stood beside each recorded token before it was fed.
  private var marks: [Mark] = []
  /// What stands beside the last one; meaningful while the conversation stands before it.
  private var end: Mark?

  /// Where a turn begins among the tokens, the symbol that opens it included.
  private struct TurnStart: Sendable {
    var index: Int
    var speaker: Turn.Speaker
  }

  private struct Mark: Sendable {
    var pending: ArraySlice<ConversationFormat.TurnToken>
    var isReplying: Bool
    var sampler: Sampler
  }

  package init(sampler: Sampler, format: ConversationFormat, tokenizer: Tokenizer) {
    self.sampler = sampler
    self.format = format
    self.tokenizer = tokenizer
  }

  /// A recorded conversation, at its start. Its random numbers are not on record: they begin anew.
  package init(_ branch: RecordedBranch, sampler: Sampler, format: ConversationFormat, tokenizer: Tokenizer) {
    self.init(sampler: sampler, format: format, tokenizer: tokenizer)
    recorded = branch.tokens
    conditions = branch.conditions
    turns = branch.turns.map { TurnStart(index: $0.index, speaker: $0.speaker) }
    let waiting = branch.waiting
    let begun = turns.filter { $0.speaker == .user }.map(\.index)
    let unread = waiting.first?.opens == .user || recorded.isEmpty && !waiting.isEmpty ? [recorded.count] : []
    messages = (begun + unread).enumerated().map { $0 == 0 ? 0 : $1 }
    marks = recorded.indices.map { index in
      let read = index..<endOfMessage(at: index)
      let typed = read.map { token in
        let opens = turns.first { $0.index == token }?.speaker
        return ConversationFormat.TurnToken(token: recorded[token], opens: opens)
      }
      let isUnfinished = !read.isEmpty && read.upperBound == recorded.count
      return Mark(pending: (isUnfinished ? typed + waiting : typed)[...], isReplying: true, sampler: sampler)
    }
    let last = Mark(
      pending: waiting[...], isReplying: !waiting.isEmpty || turns.last?.speaker == .reply, sampler: sampler)
    end = last
    let first = marks.first ?? last
    (pending, isReplying) = (first.pending, first.isReplying)
  }

  /// Where what was typed ends, the symbol that opens the reply to it included, of a recorded token; the token's own index
  /// where it was drawn.
  private func endOfMessage(at index: Int) -> Int {
    let isDrawn = turns.last { $0.index < index }?.speaker == .reply && !turns.contains { $0.index == index }
    if isDrawn { return index }
    let reply = turns.first { $0.speaker == .reply && $0.index >= index }
    return reply.map { hasSymbol($0) ? $0.index + 1 : $0.index } ?? recorded.count
  }

  /// The turns on record.
  var recordedTurns: [RecordedBranch.Turn] { turns.map { RecordedBranch.Turn(index: $0.index, speaker: $0.speaker) } }

  /// What was typed and waits behind the last recorded token.
  var recordedWaiting: [ConversationFormat.TurnToken] { Array(hasFuture ? end?.pending ?? [] : pending) }

  /// The tokens fed so far.
  package var tokens: ArraySlice<Int> { recorded[..<position] }

  // MARK: Going on

  /// Queues a user's turn and opens the reply to it. What was recorded behind the present moment is forgotten.
  package mutating func submit(_ text: String) {
    endReply()
    pending = format.prompt(text, isFirst: position == 0, tokenizer)[...]
    isReplying = true
    messages.append(position)
  }

  /// The reply ends where it stands; typed tokens that were not fed, and what is recorded behind them, are dropped.
  package mutating func endReply() {
    forgetFuture()
    pending = []
    isReplying = false
  }

  /// The token of the next step: a typed one, or one that is drawn from `next`; nil where the reply ends.
  ///
  /// A symbol that ends the reply is not fed: the next turn opens with its own. Nothing changes until `append`, but for
  /// the random numbers and the end.
  package mutating func nextToken(_ next: NextToken?) -> ConversationFormat.TurnToken? {
    if let typed = pending.first { return typed }
    guard isReplying, let next else { return nil }
    let (recent, allowed) = (recentTokens, isAllowed)
    let token = next.logits.withUnsafeBufferPointer { logits in
      sampler.draw(logits, recent: recent, allowed: allowed)
    }
    guard let token, !format.endsReply(token) else {
      isReplying = false
      return nil
    }
    return reply(token)
  }

  /// The tokens that the sampler's penalty looks at.
  var recentTokens: [Int] { Array(tokens.suffix(sampler.options.repetitionWindow)) }

  /// Which tokens may come next in a reply.
  var isAllowed: (Int) -> Bool {
    let (format, isFirst) = (format, lastTurn.map { isEmpty($0) || $0.speaker == .user } ?? true)
    return { format.allowsInReply($0, isFirst: isFirst) }
  }

  /// A token that was chosen by hand. It takes the place of a typed one, or goes on with the reply.
  ///
  /// - Returns: what is to be fed; nil for a symbol that ends the reply, which then has ended.
  package mutating func chosen(_ token: Int) -> ConversationFormat.TurnToken? {
    if var typed = pending.first {
      typed.token = token
      return typed
    }
    isReplying = !format.endsReply(token)
    return isReplying ? reply(token) : nil
  }

  private func reply(_ token: Int) -> ConversationFormat.TurnToken {
    ConversationFormat.TurnToken(token: token, opens: lastTurn?.speaker == .reply ? nil : .reply)
  }

  /// Takes note of a token that has been fed. It stands on record at the end: what was recorded behind the present moment
  /// is forgotten.
  ///
  /// - Parameter sampler: as it was before the token was drawn.
  package mutating func append(_ fed: ConversationFormat.TurnToken, conditions: StepOptions, sampler before: Sampler) {
    forgetFuture()
    marks.append(Mark(pending: pending, isReplying: isReplying, sampler: before))
    _ = pending.popFirst()
    if let speaker = fed.opens { turns.append(TurnStart(index: position, speaker: speaker)) }
    recorded.append(fed.token)
    self.conditions.append(conditions)
    position += 1
  }

  // MARK: Time travel

  /// Whether tokens are on record behind the present moment.
  var hasFuture: Bool { position < recorded.count }

  /// Goes to the moment after `count` recorded tokens. What is set for sampling stays.
  package mutating func go(to count: Int) {
    precondition(count >= 0 && count <= recorded.count, "moment \(count) of \(recorded.count) recorded tokens")
    guard count != position else { return }
    if !hasFuture { end = Mark(pending: pending, isReplying: isReplying, sampler: sampler) }
    let options = sampler.options
    if let mark = count < recorded.count ? marks[count] : end {
      (pending, isReplying, sampler) = (mark.pending, mark.isReplying, mark.sampler)
    }
    sampler.options = options
    position = count
  }

  /// Drops what is on record behind the present moment.
  mutating func forgetFuture() {
    guard hasFuture else { return }
    recorded.removeLast(recorded.count - position)
    conditions.removeLast(conditions.count - position)
    marks.removeLast(marks.count - position)
    while let last = turns.last, last.index >= position { turns.removeLast() }
    while let last = messages.last, last > position { messages.removeLast() }
    end = nil
  }

  /// Takes the last message back, and all that came of it.
  ///
  /// - Returns: the tokens that are left; nil where there is no message.
  func startOfLastMessage() -> Int? { messages.last { $0 <= position } }

  /// The conversation before the message that begins at the present moment.
  mutating func takeBackMessage() {
    endReply()
    while let last = messages.last, last >= position { messages.removeLast() }
  }

  /// Tokens that this conversation shares with another from the start on, fed alike.
  func commonLength(with other: Conversation) -> Int {
    let shared = 0..<min(recorded.count, other.recorded.count)
    return shared.first { recorded[$0] != other.recorded[$0] || conditions[$0] != other.conditions[$0] }
      ?? shared.upperBound
  }

  // MARK: Reading

  private var lastTurn: TurnStart? { turns.last { $0.index < position } }

  /// Whether the next token begins another turn.
  var isBetweenTurns: Bool { pending.first.map { $0.opens != nil } ?? (lastTurn?.speaker != .reply) }

  /// Whether typed tokens wait for their step, so that the next one is not drawn.
  package var hasTyped: Bool { !pending.isEmpty }

  /// Turns begun so far, both speakers'.
  var turnCount: Int { turns.count { $0.index < position } }

  /// The turn that the token at `index` belongs to, counted over both speakers, and who speaks. Before the first turn
  /// the number is 0.
  package func turn(at index: Int) -> (number: Int, role: StepResult.Role) {
    guard let number = turns.lastIndex(where: { $0.index <= index }) else { return (0, .control) }
    if tokenizer.isControl(recorded[index]) { return (number, .control) }
    return (number, turns[number].speaker == .reply ? .reply : .user)
  }

  /// The text of a turn up to and including the token at `index`, whole characters only; empty before the first turn.
  package func text(ofTurn number: Int, through index: Int) -> String {
    guard turns.indices.contains(number), turns[number].index <= index else { return "" }
    let turn = turns[number]
    // A reply that goes on with a text keeps the space that its first piece brings.
    let atStart = turn.speaker == .user || !format.continuesText
    let start = turn.index + (hasSymbol(turn) ? 1 : 0)
    guard start <= index else { return "" }
    var assembler = UTF8Assembler()
    return assembler.append(tokenizer.decodeBytes(Array(recorded[start...index]), atStart: atStart))
  }

  /// What is recorded from the token at `index` on, as far as it goes, in one line.
  package func text(from index: Int) -> String {
    guard index < recorded.count else { return "" }
    var assembler = UTF8Assembler()
    let text = assembler.append(tokenizer.decodeBytes(Array(recorded[index...].prefix(40)), atStart: true))
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func hasSymbol(_ turn: TurnStart) -> Bool { tokenizer.isControl(recorded[turn.index]) }

  /// Whether nothing of a turn's text has been fed.
  private func isEmpty(_ turn: TurnStart) -> Bool { hasSymbol(turn) && position == turn.index + 1 }
}
