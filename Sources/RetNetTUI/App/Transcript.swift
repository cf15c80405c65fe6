import RetNet

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

    enum Speaker: Sendable, Hashable { case user, reply }

    /// What is still to be read by the model.
    var unread: String { typed.hasPrefix(text) ? String(typed.dropFirst(text.count)) : "" }
  }

  private(set) var turns: [Turn] = []

  var isEmpty: Bool { turns.isEmpty }

  /// The reply on show, if the last turn is one.
  var lastReply: String? { turns.last.flatMap { $0.speaker == .reply ? $0.text : nil } }

  /// A user turn that has been sent and not been read yet.
  mutating func submit(_ text: String) { turns.append(Turn(speaker: .user, typed: text)) }

  /// Takes over the turn of a moment; turns of which nothing has been seen yet are made.
  mutating func follow(_ moment: Moment) {
    let index = max(moment.turn, 0)
    while turns.count <= index {
      turns.append(Turn(speaker: turns.count.isMultiple(of: 2) ? .user : .reply))
    }
    if moment.role == .reply { turns[index].speaker = .reply }
    turns[index].text = moment.turnText
  }

  /// Goes back to a moment: what was said after it is gone, what was typed after it waits to be read again.
  mutating func rewind(to moment: Moment?) {
    guard let moment else {
      for index in turns.indices { turns[index].text = "" }
      turns.removeAll { $0.speaker == .reply || $0.typed.isEmpty }
      return
    }
    let index = max(moment.turn, 0)
    for later in turns.indices where later > index { turns[later].text = "" }
    turns = turns.enumerated().filter { $0.offset <= index || !$0.element.typed.isEmpty }.map(\.element)
    if turns.indices.contains(index) {
      turns[index].text = moment.turnText
      turns[index].ending = .open
    }
  }

  /// Keeps the first turns only.
  mutating func truncate(to count: Int) { turns.removeLast(max(turns.count - count, 0)) }

  /// Notes how the last reply ended.
  mutating func end(_ ending: Ending) {
    if let last = turns.indices.last { turns[last].ending = ending }
  }
}
