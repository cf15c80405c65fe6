import RetNet
import RetNetSession
import RetNetText

/// The turns of the session, as the model has read and written them.
struct Transcript: Sendable, Hashable {
  /// How a turn came to its end.
  enum Ending: Sendable, Hashable { case open, finished, stopped, lengthLimit }

  struct Turn: Sendable, Hashable {
    var speaker: Speaker
    /// What the model has seen of a user turn, or written of a reply.
    var text = ""
    /// A user turn as it was typed; the part that the model has not read yet is shown faint.
    var typed = ""
    var ending = Ending.open
    /// Tokens the model had seen when a user turn was sent.
    var sentAt = 0
    /// Whether the model has seen the symbol that opens the turn.
    var hasBegun = false

    enum Speaker: Sendable, Hashable { case user, reply }

    /// What is still to be read by the model.
    var unread: String { typed.hasPrefix(text) ? String(typed.dropFirst(text.count)) : "" }
  }

  private(set) var turns: [Turn] = []

  var isEmpty: Bool { turns.isEmpty }

  /// The reply on show, if the last turn is one.
  var lastReply: String? { turns.last.flatMap { $0.speaker == .reply ? $0.text : nil } }

  /// A user turn that has been sent and not been read yet.
  mutating func submit(_ text: String, at position: Int) {
    turns.append(Turn(speaker: .user, typed: text, sentAt: position))
  }

  /// Updates the turn of a step result; adds turns that have not begun yet.
  mutating func follow(_ result: StepResult) {
    let index = max(result.turn, 0)
    while turns.count <= index {
      turns.append(Turn(speaker: turns.count.isMultiple(of: 2) ? .user : .reply))
    }
    if result.role == .reply { turns[index].speaker = .reply }
    turns[index].text = result.turnText
    // The symbol that opens the session belongs to no turn yet.
    if result.belongsToTurn { turns[index].hasBegun = true }
  }

  /// Rewinds to a step result: later text is dropped; a message that was sent by then waits to be read again.
  mutating func rewind(to result: StepResult?) {
    let position = result?.position ?? 0
    let begun = result.map { $0.belongsToTurn ? $0.turn + 1 : 0 } ?? 0
    var kept = Array(turns.prefix(begun))
    if let result, !kept.isEmpty {
      kept[kept.count - 1].text = result.turnText
      kept[kept.count - 1].ending = .open
    }
    for var later in turns.dropFirst(begun) where later.speaker == .user && position >= later.sentAt {
      later.text = ""
      later.hasBegun = false
      kept.append(later)
    }
    turns = kept
  }

  /// The reply was cut short: what the model has not read by now it will never read.
  mutating func dropUnread() {
    turns.removeAll { !$0.hasBegun }
    if let last = turns.indices.last, turns[last].speaker == .user { turns[last].typed = turns[last].text }
  }

  /// Keeps the first turns only.
  mutating func truncate(to count: Int) { turns.removeLast(max(turns.count - count, 0)) }

  /// Records how the last reply ended.
  mutating func end(_ ending: Ending) {
    if let last = turns.indices.last { turns[last].ending = ending }
  }
}

extension StepResult {
  /// Whether the token is one of a turn's, and not the symbol that opens the session.
  fileprivate var belongsToTurn: Bool { position > 1 || role != .control }
}
