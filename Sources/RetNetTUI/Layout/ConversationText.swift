import RetNetSession
import TerminalKit

/// The lines of the conversation.
enum ConversationText {
  struct Line: Hashable, Sendable {
    var label = ""
    var text: String
    var style = Style.plain
    /// The first column of the text that the model has not read yet.
    var unreadFrom = Int.max
    /// The number of the turn; nil for other text.
    var turn: Int?
    /// ln p of the token of each visible character, if probabilities are shown.
    var probabilities: [Float?] = []
  }

  static let labelColumns = 5

  static func textColumns(_ area: Rectangle) -> Int { max(area.columns - 1 - labelColumns - 1, 1) }

  /// The lines of the transcript at the width of the pane.
  ///
  /// - Parameter last: only the whole turns at the end that together have so many lines are laid out. Drawing a long
  ///   conversation then takes no longer than drawing a short one.
  static func lines(_ state: AppState, last: Int = .max) -> [Line] {
    let width = textColumns(state.layout.conversation)
    let turns = state.transcript.turns
    var blocks = [state.queue.flatMap { queued($0, columns: width) }]
    var count = blocks[0].count
    for (index, turn) in turns.enumerated().reversed() where count < last {
      let isLast = index == turns.count - 1
      let turn = isLast && state.isReplying ? turn.settled(state.settings.sampling.stop) : turn
      var block = lines(
        turn, cursor: isLast && state.isReplying, keepsBlank: state.model?.continuesText == true, columns: width)
      for line in block.indices { block[line].turn = index }
      if state.settings.showsProbabilities, turn.speaker == .reply {
        addProbabilities(state.session.probabilities[index], to: &block)
      }
      blocks.append(block)
      count += blocks[blocks.count - 1].count
    }
    return blocks.reversed().flatMap(\.self)
  }

  /// A message that waits for the end of the reply.
  private static func queued(_ text: String, columns: Int) -> [Line] {
    var lines = WordWrap.lines("(queued) " + text, columns: columns).map { Line(text: $0, style: .muted) }
    lines[0].label = "you"
    return lines
  }

  private static func lines(_ turn: Transcript.Turn, cursor: Bool, keepsBlank: Bool, columns: Int) -> [Line] {
    var text = turn.text
    if turn.speaker == .reply {
      switch turn.ending {
      case .open: if cursor { text += "█" }
      case .finished: if text.allSatisfy(\.isWhitespace) { text = "(an empty reply)" }
      case .stopped: text += " (stopped)"
      case .lengthLimit: text += " …"
      }
    }
    // The first piece of a reply begins with a space, which matters only if the reply continues a text.
    if !keepsBlank { text = String(text.drop { $0 == " " }) }
    let unread = turn.speaker == .user ? turn.unread : ""
    let whole = unread.isEmpty ? text : text + unread
    var lines = WordWrap.lines(whole, columns: columns).map { Line(text: $0) }
    lines[0].label = turn.speaker == .user ? "you" : "bot"
    if !unread.isEmpty { markUnread(&lines, count: ScreenText.glyphs(unread).filter { $0 != .space }.count) }
    return lines
  }

  /// Gives each visible character the probability of its token. Tokens and lines have the same characters in the same
  /// order, except for spaces. What the lines add, such as an ending, has none.
  private static func addProbabilities(_ tokens: [TokenProbabilities.Token], to lines: inout [Line]) {
    var known = tokens.flatMap { token in
      ScreenText.glyphs(token.text).filter { $0 != .space }.map { _ in token.logProbability }
    }[...]
    for index in lines.indices {
      let count = ScreenText.glyphs(lines[index].text).count { $0 != .space }
      lines[index].probabilities = Array(known.prefix(count))
      known = known.dropFirst(count)
    }
  }

  /// Marks the last `count` visible characters as unread.
  private static func markUnread(_ lines: inout [Line], count: Int) {
    var left = count
    for index in lines.indices.reversed() where left > 0 {
      let glyphs = ScreenText.glyphs(lines[index].text)
      var column = glyphs.reduce(0) { $0 + $1.width }
      for glyph in glyphs.reversed() where left > 0 {
        column -= glyph.width
        if glyph != .space { left -= 1 }
      }
      lines[index].unreadFrom = column
    }
  }
}

extension Transcript.Turn {
  /// The turn without the end of a growing reply that may belong to a stop string.
  fileprivate func settled(_ stops: [String]) -> Transcript.Turn {
    guard speaker == .reply, !stops.isEmpty else { return self }
    var turn = self
    turn.text = StopStrings(stops).settled(text)
    return turn
  }
}

/// The visible lines of the conversation.
struct ConversationPlan: Sendable {
  var area: Rectangle
  /// From the line under the title on.
  private(set) var lines: [ConversationText.Line] = []

  /// - Parameter invitation: the lines of a pane without turns.
  init(_ state: AppState, area: Rectangle, invitation: [ConversationText.Line] = []) {
    self.area = area
    guard !area.isEmpty else { return }
    let visible = area.rows - 1
    let all =
      (state.transcript.isEmpty ? invitation : []) + ConversationText.lines(state, last: visible + state.scroll)
    let end = max(all.count - min(state.scroll, max(all.count - visible, 0)), 0)
    lines = Array(all[max(end - visible, 0)..<end])
  }

  /// The turn at a screen position.
  func turn(row: Int, column: Int) -> Int? {
    guard area.contains(row: row, column: column) else { return nil }
    return lines[at: row - area.row - 1]?.turn
  }
}

extension AppState {
  /// The number of lines that can be scrolled back.
  var maximumScroll: Int {
    max(ConversationText.lines(self).count - (layout.conversation.rows - 1), 0)
  }
}
