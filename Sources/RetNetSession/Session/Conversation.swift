import RetNet
import RetNetText

/// The tokens of a conversation and the options of their steps, without model states.
///
/// The conversation has a position in its recorded tokens. Moving back keeps the later tokens, and moving forward uses
/// them until a different token is appended. For each token it also stores the pending tokens and the sampler before
/// it.
package struct Conversation: Sendable {
  /// The number of tokens before the current position.
  package private(set) var position = 0
  /// All recorded tokens, including those after the position.
  private(set) var recorded: [Int] = []
  /// The options of each token's step, so that it can be recomputed.
  package private(set) var options = RunLengthArray<StepOptions>()
  /// Whether a reply is in progress, including its prompt.
  package var isReplying = false
  package var sampler: Sampler

  let format: ConversationFormat
  let tokenizer: Tokenizer
  /// Typed tokens not yet computed. A slice, so that saved states share its memory.
  var pending: ArraySlice<ConversationFormat.TurnToken> = []
  /// Whether the next token may not end the reply.
  var mustContinue = false
  /// All recorded turns.
  var turns: [TurnStart] = []
  /// The number of tokens before each message, including a message that is still pending.
  private var messages: [Int] = []
  /// The sampling values with which each recorded token was drawn; nil for a token that was not drawn.
  private var draws = RunLengthArray<SamplingOptions?>()
  /// The number of first tokens whose draws are not recorded, as a file had them.
  private(set) var undocumented = 0
  /// The state before each recorded token.
  private(set) var savedStates = ConversationStates()
  /// The state after the last recorded token; valid while the position is before it.
  private var endState: ConversationState?

  /// The start of a turn in the tokens, including the symbol that opens it.
  struct TurnStart: Sendable {
    var index: Int
    var speaker: Turn.Speaker
    /// Whether `endReply` ended it before the model did.
    var isStopped = false
  }

  package init(sampler: Sampler, format: ConversationFormat, tokenizer: Tokenizer) {
    self.sampler = sampler
    self.format = format
    self.tokenizer = tokenizer
  }

  /// A recorded conversation at position 0. The random state is not recorded, so the generator starts from its seed.
  package init(_ branch: RecordedBranch, sampler: Sampler, format: ConversationFormat, tokenizer: Tokenizer) {
    self.init(sampler: sampler, format: format, tokenizer: tokenizer)
    recorded = branch.tokens
    draws = RunLengthArray(branch.tokens.map { _ in nil })
    undocumented = recorded.count
    options = RunLengthArray(branch.options)
    turns = branch.turns.map { TurnStart(index: $0.index, speaker: $0.speaker, isStopped: $0.isStopped) }
    let remaining = branch.pending
    let begun = turns.filter { $0.speaker == .user }.map(\.index)
    let unread = remaining.first?.opens == .user || recorded.isEmpty && !remaining.isEmpty ? [recorded.count] : []
    messages = (begun + unread).enumerated().map { $0 == 0 ? 0 : $1 }
    savedStates = Self.states(of: branch, messageEnds: messageEnds(), sampler.generator)
    let last = ConversationState(
      pending: remaining[...], isReplying: !remaining.isEmpty || turns.last?.speaker == .reply,
      generator: sampler.generator)
    endState = last
    let first = recorded.isEmpty ? last : savedStates[0]
    (pending, isReplying) = (first.pending, first.isReplying)
  }

  /// The states before the recorded tokens.
  ///
  /// - Parameter ends: the end of the message that contains each token.
  private static func states(of branch: RecordedBranch, messageEnds ends: [Int], _ generator: SeededGenerator)
    -> ConversationStates
  {
    let speakers = Dictionary(branch.turns.map { ($0.index, $0.speaker) }) { first, _ in first }
    var states = ConversationStates()
    while states.count < branch.tokens.count {
      let start = states.count
      let message = start..<ends[start]
      let typed = message.map { ConversationFormat.TurnToken(token: branch.tokens[$0], opens: speakers[$0]) }
      let isUnfinished = !message.isEmpty && message.upperBound == branch.tokens.count
      let pending = (isUnfinished ? typed + branch.pending : typed)[...]
      for place in 0..<max(message.count, 1) {
        states.append(ConversationState(pending: pending.dropFirst(place), isReplying: true, generator: generator))
      }
    }
    return states
  }

  /// The end of the message that contains each recorded token, including the symbol that opens the reply. For a
  /// generated token, the token's own index.
  private func messageEnds() -> [Int] {
    var ends: [Int] = []
    ends.reserveCapacity(recorded.count)
    // The first turn that starts at or after the token.
    var next = 0
    while ends.count < recorded.count {
      let index = ends.count
      while next < turns.count, turns[next].index < index { next += 1 }
      let startsTurn = next < turns.count && turns[next].index == index
      if next > 0, turns[next - 1].speaker == .reply, !startsTurn {
        ends.append(index)
        continue
      }
      let reply = turns[next...].first { $0.speaker == .reply }
      let end = reply.map { hasSymbol($0) ? $0.index + 1 : $0.index } ?? recorded.count
      // A reply without a symbol that starts here has no typed token.
      ends += Array(repeating: end, count: max(end - index, 1))
    }
    return ends
  }

  /// All recorded turns.
  var recordedTurns: [RecordedBranch.Turn] {
    turns.map { RecordedBranch.Turn(index: $0.index, speaker: $0.speaker, isStopped: $0.isStopped) }
  }

  /// The typed tokens pending after the last recorded token.
  var recordedPending: [ConversationFormat.TurnToken] { Array(hasFuture ? endState?.pending ?? [] : pending) }

  /// The tokens before the current position.
  package var tokens: ArraySlice<Int> { recorded[..<position] }

  // MARK: Adding tokens

  /// Queues a user's turn and starts the reply. Discards tokens after the position.
  package mutating func submit(_ text: String) {
    endReply()
    pending = format.prompt(text, isFirst: position == 0, tokenizer)[...]
    isReplying = true
    messages.append(position)
  }

  /// Ends the reply at the current position. Discards pending tokens and tokens after the position.
  package mutating func endReply() {
    discardFuture()
    if isReplying, pending.isEmpty, let last = turns.indices.last, turns[last].speaker == .reply {
      turns[last].isStopped = true
    }
    (pending, mustContinue) = ([], false)
    isReplying = false
  }

  /// The token of the next step: a pending one, or one drawn from `next`; nil at the end of the reply.
  ///
  /// A symbol that ends the reply is not returned, since the next turn starts with its own symbol. Changes only the
  /// generator and `isReplying`; `append` adds the token.
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

  /// The tokens that the repetition penalty affects.
  var recentTokens: [Int] { tokenizer.penalizedTokens(tokens, window: sampler.options.repetitionWindow) }

  /// Whether a token may come next in a reply.
  var isAllowed: (Int) -> Bool {
    let (format, isFirst) = (format, mustContinue || lastTurn.map { isEmpty($0) || $0.speaker == .user } ?? true)
    guard let place = patternPlace else { return { format.allowsInReply($0, isFirst: isFirst) } }
    return { format.allowsInReply($0, isFirst: isFirst) && place.allows($0, format) }
  }

  /// How much of the pattern the current reply matches; nil without a pattern.
  private var patternPlace: PatternPlace? {
    guard let pattern = sampler.options.pattern else { return nil }
    var place = PatternPlace(pattern, tokenizer, isAtStart: !format.continuesText)
    for token in replyTokens { place.append(token) }
    return place
  }

  /// The tokens of the current reply, without the symbol that opens it.
  private var replyTokens: ArraySlice<Int> {
    guard let turn = lastTurn, turn.speaker == .reply else { return [] }
    return recorded[turn.index + (hasSymbol(turn) ? 1 : 0)..<position]
  }

  // MARK: Stop strings

  /// The part of a reply that stays if it ends before a stop string.
  struct Cut: Sendable {
    /// The number of tokens that stay.
    var position: Int
    /// Tokens that spell the part of the next one before the stop string.
    var spelled: [Int]
  }

  /// Where the reply ends if `token` completes a stop string; nil if it does not.
  func cut(before token: Int) -> Cut? {
    let stops = StopStrings(sampler.options.stop)
    guard !stops.isEmpty else { return nil }
    let reply = replyTokens
    // No stop string begins earlier: every token but the first adds a byte.
    let tokens = Array(reply.suffix(stops.longest + 1)) + [token]
    let (start, first) = (position - reply.count, position - tokens.count + 1)
    func isAtStart(_ index: Int) -> Bool { !format.continuesText && first + index == start }
    let parts = tokens.enumerated().map { tokenizer.bytes(of: $1, atStart: isAtStart($0)) }
    let bytes = parts.flatMap(\.self)
    guard let match = stops.match(in: bytes, endingAfter: bytes.count - (parts.last?.count ?? 0)) else { return nil }
    var (rest, kept) = (match.start, 0)
    while parts[kept].count <= rest {
      rest -= parts[kept].count
      kept += 1
    }
    return Cut(
      position: first + kept, spelled: tokenizer.spelling(rest, bytesOf: tokens[kept], atStart: isAtStart(kept)))
  }

  /// Ends the reply at the current position, after `spelled`. Discards later tokens.
  mutating func end(_ spelled: [Int]) {
    discardFuture()
    pending = spelled.map { reply($0) }[...]
    isReplying = false
  }

  /// A token chosen by the user. It replaces the pending token, or continues the reply.
  ///
  /// - Returns: the token to compute; nil for a symbol that ends the reply.
  package mutating func forced(_ token: Int) -> ConversationFormat.TurnToken? {
    if var typed = pending.first {
      typed.token = token
      return typed
    }
    isReplying = !format.endsReply(token)
    return isReplying ? reply(token) : nil
  }

  /// The conversation and the sampler before the token at `index` was drawn; nil for a token that was not drawn.
  func beforeDraw(of index: Int) -> (conversation: Conversation, sampler: Sampler)? {
    guard let options = draws[index] else { return nil }
    var before = self
    before.go(to: index)
    before.sampler.options = options
    return (before, before.sampler)
  }

  private func reply(_ token: Int) -> ConversationFormat.TurnToken {
    ConversationFormat.TurnToken(token: token, opens: lastTurn?.speaker == .reply ? nil : .reply)
  }

  /// Appends a token at the current position. Discards tokens after the position.
  ///
  /// - Parameter sampler: the sampler before the token was drawn.
  package mutating func append(_ token: ConversationFormat.TurnToken, options: StepOptions, sampler before: Sampler) {
    discardFuture()
    savedStates.append(state(before.generator))
    // A draw takes one random number.
    draws.append(before.generator == sampler.generator ? nil : before.options)
    _ = pending.popFirst()
    mustContinue = false
    if let speaker = token.opens {
      turns.append(TurnStart(index: position, speaker: speaker))
    } else if let last = turns.indices.last {
      turns[last].isStopped = false
    }
    recorded.append(token.token)
    self.options.append(options)
    position += 1
  }

  // MARK: Time travel

  /// Whether there are recorded tokens after the position.
  var hasFuture: Bool { position < recorded.count }

  /// Moves the position to `count` tokens. The sampling options do not change.
  package mutating func go(to count: Int) {
    precondition(count >= 0 && count <= recorded.count, "position \(count) of \(recorded.count) recorded tokens")
    guard count != position else { return }
    if !hasFuture { endState = state(sampler.generator) }
    if let saved = count < recorded.count ? savedStates[count] : endState {
      (pending, isReplying, sampler.generator) = (saved.pending, saved.isReplying, saved.generator)
      mustContinue = saved.mustContinue
    }
    position = count
  }

  private func state(_ generator: SeededGenerator) -> ConversationState {
    ConversationState(
      pending: pending, isReplying: isReplying, mustContinue: mustContinue, generator: generator)
  }

  /// Discards recorded tokens after the position.
  mutating func discardFuture() {
    guard hasFuture else { return }
    recorded.removeLast(recorded.count - position)
    options.truncate(to: position)
    savedStates.truncate(to: position)
    draws.truncate(to: position)
    undocumented = min(undocumented, position)
    while let last = turns.last, last.index >= position { turns.removeLast() }
    while let last = messages.last, last > position { messages.removeLast() }
    endState = nil
  }

  /// The number of tokens before the last message; nil if there is no message.
  func startOfLastMessage() -> Int? { messages.last { $0 <= position } }

  /// Removes the message that starts at the current position.
  mutating func removeLastMessage() {
    endReply()
    while let last = messages.last, last >= position { messages.removeLast() }
  }

  /// The length of the common prefix of tokens and options with another conversation.
  func commonLength(with other: Conversation) -> Int {
    let shared = 0..<min(recorded.count, other.recorded.count)
    return shared.first { recorded[$0] != other.recorded[$0] || options[$0] != other.options[$0] }
      ?? shared.upperBound
  }

  // MARK: Reading

  var lastTurn: TurnStart? { turns.last { $0.index < position } }

  /// Whether the next token starts another turn.
  var isBetweenTurns: Bool { pending.first.map { $0.opens != nil } ?? (lastTurn?.speaker != .reply) }

  /// Whether typed tokens are pending, so that the next token is not drawn.
  package var hasTyped: Bool { !pending.isEmpty }

  /// Turns started so far, of both speakers.
  var turnCount: Int { turns.count { $0.index < position } }

  /// The number of the turn that contains the token at `index`, counted over both speakers, and its role. The number is
  /// 0 before the first turn.
  package func turn(at index: Int) -> (number: Int, role: StepResult.Role) {
    guard let number = turns.lastIndex(where: { $0.index <= index }) else { return (0, .control) }
    if tokenizer.isControl(recorded[index]) { return (number, .control) }
    return (number, turns[number].speaker == .reply ? .reply : .user)
  }

  /// The text of a turn up to and including the token at `index`, without incomplete characters; empty before the first
  /// turn.
  package func text(ofTurn number: Int, through index: Int) -> String {
    guard turns.indices.contains(number), turns[number].index <= index else { return "" }
    let turn = turns[number]
    // A reply that continues a text keeps the space of its first piece.
    let atStart = turn.speaker == .user || !format.continuesText
    let start = turn.index + (hasSymbol(turn) ? 1 : 0)
    guard start <= index else { return "" }
    var assembler = UTF8Assembler()
    return assembler.append(tokenizer.decodeBytes(Array(recorded[start...index]), atStart: atStart))
  }

  /// The text of up to 40 recorded tokens from `index`, on one line.
  package func text(from index: Int) -> String {
    guard index < recorded.count else { return "" }
    var assembler = UTF8Assembler()
    let text = assembler.append(tokenizer.decodeBytes(Array(recorded[index...].prefix(40)), atStart: true))
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func hasSymbol(_ turn: TurnStart) -> Bool { tokenizer.isControl(recorded[turn.index]) }

  /// Whether the turn has no text yet.
  private func isEmpty(_ turn: TurnStart) -> Bool { hasSymbol(turn) && position == turn.index + 1 }
}
