import RetNet
import RetNetSession
import RetNetText

/// The turns of the session.
struct Transcript: Sendable, Hashable {
  /// How a turn ended.
  enum Ending: Sendable, Hashable { case open, finished, stopped, lengthLimit }

  struct Turn: Sendable, Hashable {
    var speaker: Speaker
    /// The part of a user turn that the model has read, or of a reply that it has written.
    var text = ""
    /// A user turn as typed. The part that the model has not read yet is shown faint.
    var typed = ""
    var ending = Ending.open
    /// The position at which a user turn was sent.
    var sentAt = 0
    /// Whether the model has read the symbol that begins the turn.
    var hasBegun = false

    enum Speaker: Sendable, Hashable { case user, reply }

    /// The part that the model has not read yet.
    var unread: String { typed.hasPrefix(text) ? String(typed.dropFirst(text.count)) : "" }
  }

  private(set) var turns: [Turn] = []

  init(turns: [Turn] = []) { self.turns = turns }

  var isEmpty: Bool { turns.isEmpty }

  /// Appends a user turn that the model has not read yet.
  mutating func submit(_ text: String, at position: Int) {
    turns.append(Turn(speaker: .user, typed: text, sentAt: position))
  }

  /// Updates the turn of a step result, and appends missing turns.
  mutating func follow(_ result: StepResult) {
    let index = max(result.turn, 0)
    while turns.count <= index {
      turns.append(Turn(speaker: turns.count.isMultiple(of: 2) ? .user : .reply))
    }
    if result.role == .reply { turns[index].speaker = .reply }
    turns[index].text = result.turnText
    // The symbol that begins the session belongs to no turn.
    if result.belongsToTurn { turns[index].hasBegun = true }
  }

  /// Rewinds to a step result. Later text is dropped. A message sent at or before its position stays, unread.
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

  /// Removes the text that the model has not read, after a reply ended early.
  mutating func dropUnread() {
    // Unread turns are the last ones: this is done for every reply, so earlier turns are not looked at.
    while turns.last?.hasBegun == false { turns.removeLast() }
    if let last = turns.indices.last, turns[last].speaker == .user { turns[last].typed = turns[last].text }
  }

  /// Keeps the first `count` turns, up to a step result.
  mutating func truncate(to count: Int, _ result: StepResult?) {
    turns.removeLast(max(turns.count - count, 0))
    if let result, let last = turns.indices.last, last == result.turn { turns[last].text = result.turnText }
  }

  /// Records the ending of these turns.
  mutating func end(_ numbers: Set<Int>, _ ending: Ending) {
    for number in numbers where turns.indices.contains(number) { turns[number].ending = ending }
  }

  /// Records the ending of the last turn.
  mutating func end(_ ending: Ending) {
    if let last = turns.indices.last { turns[last].ending = ending }
  }
}

extension StepResult {
  /// Whether the token belongs to a turn, unlike the symbol that begins the session.
  fileprivate var belongsToTurn: Bool { position > 1 || role != .control }
}
