import RetNet
import RetNetText

/// Changes of single turns. The position is at the place of the change, without recorded tokens after it.
extension Conversation {
  /// The position before a turn. The first turn begins with the symbol that opens the conversation.
  func start(ofTurn number: Int) -> Int { number == 0 ? 0 : turns[number].index }

  /// The position after a turn, or the current one if that is within it.
  func end(ofTurn number: Int) -> Int {
    let isLast = number + 1 == turnCount
    return isLast ? position : turns[number + 1].index
  }

  /// The speaker of a turn that has begun; nil if there is no such turn.
  func speaker(ofTurn number: Int) -> Turn.Speaker? {
    (0..<turnCount).contains(number) ? turns[number].speaker : nil
  }

  /// Whether a turn starts at a position up to the current one.
  func startsTurn(at index: Int) -> Bool {
    if index == position, isBetweenTurns { return true }
    let next = turns.partitioningIndex { index <= $0.index }
    return next < turns.count && turns[next].index == index
  }

  /// The random state before a message's last token, which all replies to the message share.
  func generator(before position: Int) -> SeededGenerator { savedStates[max(position - 1, 0)].generator }

  /// Begins another reply to the message before the position.
  mutating func restartReply(_ generator: SeededGenerator) {
    openReply()
    isReplying = true
    sampler.generator = generator
  }

  /// Continues the reply before the position, which may have ended. The next token does not end it if the model did.
  mutating func resumeReply() {
    pending = []
    isReplying = true
    guard let last = turns.indices.last else { return }
    mustContinue = !turns[last].isStopped
    turns[last].isStopped = false
  }

  /// Replaces the reply after the position by a typed text.
  mutating func replaceReply(with text: String) {
    openReply()
    isReplying = false
    beginReply(with: text)
  }

  /// Queues a text as the begin of the reply after the pending tokens.
  mutating func beginReply(with text: String) {
    let opens: Turn.Speaker? =
      pending.contains { $0.opens == .reply } || pending.isEmpty && lastTurn?.speaker == .reply ? nil : .reply
    let typed = tokenizer.encode(text).enumerated().map {
      ConversationFormat.TurnToken(token: $1, opens: $0 == 0 ? opens : nil)
    }
    // Saved states compare slices by their ranges: those of a new array begin at 0.
    pending = (Array(pending) + typed)[...]
  }

  /// Ends the turn before the position, so that a message may follow. A message keeps the symbol of its reply.
  mutating func closeTurn() {
    guard lastTurn?.speaker == .reply else { return }
    (pending, isReplying) = ([], false)
  }

  /// Leaves only the symbol that opens a reply pending.
  private mutating func openReply() {
    mustContinue = false
    switch format {
    case .turns(let format): pending = [ConversationFormat.TurnToken(token: format.reply, opens: .reply)]
    case .continuation: pending = []
    }
  }
}
