import RetNet
import RetNetText

/// The turns of a conversation as text, up to a position.
package struct ShownTurn: Sendable, Hashable {
  package var speaker: Turn.Speaker
  /// The part up to the position.
  package var text: String
  /// The whole turn, with the part that is recorded or pending after the position.
  package var whole: String
  /// Tokens before the turn.
  package var index: Int
  /// Whether the user or the length limit ended the reply.
  package var isStopped: Bool
  /// Whether a token of the turn has been read.
  package var hasBegun = true
  /// The tokens of a reply up to the position, with its opening symbol if it has one.
  package var tokens: [SessionTree.Token] = []
}

extension Conversation {
  /// Recorded tokens as text.
  ///
  /// - Parameter logProbability: ln p of the token at an index, NaN if unknown.
  func shownTokens(
    _ range: Range<Int>, _ tokenizer: Tokenizer, logProbability: (Int) -> Float
  ) -> [SessionTree.Token] {
    var assembler = UTF8Assembler()
    return range.map { index in
      let token = recorded[index]
      let role = turn(at: index).role
      let known = logProbability(index)
      let text =
        role == .control
        ? tokenizer.piece(token) : assembler.append(tokenizer.decodeBytes([token], atStart: false))
      return SessionTree.Token(text: text, role: role, logProbability: known.isNaN ? nil : known)
    }
  }

  /// The turns that begin before the position, and a message that is not read yet.
  ///
  /// - Parameter logProbability: ln p of the token at an index, NaN if unknown.
  func shownTurns(_ tokenizer: Tokenizer, logProbability: (Int) -> Float) -> [ShownTurn] {
    let recordedTurns = recordedTurns
    let rest = pendingText(tokenizer)
    var shown: [ShownTurn] = []
    for (number, turn) in recordedTurns.enumerated() where turn.index < position {
      let isLast = number == recordedTurns.count - 1
      let end = isLast ? recorded.count : recordedTurns[number + 1].index
      let whole = text(ofTurn: number, through: end - 1)
      shown.append(
        ShownTurn(
          speaker: turn.speaker, text: text(ofTurn: number, through: min(end, position) - 1),
          whole: isLast && turn.speaker == .user ? whole + rest : whole, index: turn.index,
          isStopped: turn.isStopped && end <= position,
          tokens: turn.speaker == .reply
            ? shownTokens(turn.index..<min(end, position), tokenizer, logProbability: logProbability) : []))
    }
    if !hasFuture, recordedPending.contains(where: { $0.opens == .user }) {
      shown.append(
        ShownTurn(
          speaker: .user, text: "", whole: String(rest.drop { $0 == " " }), index: position, isStopped: false,
          hasBegun: false))
    }
    return shown
  }

  /// The text of the typed tokens after the recorded ones, up to the symbol that opens the reply.
  private func pendingText(_ tokenizer: Tokenizer) -> String {
    let message = recordedPending.prefix { $0.opens != .reply }.map(\.token).filter { !tokenizer.isControl($0) }
    var assembler = UTF8Assembler()
    return assembler.append(tokenizer.decodeBytes(message, atStart: false))
  }
}
