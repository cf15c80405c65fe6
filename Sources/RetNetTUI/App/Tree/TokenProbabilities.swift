import RetNet
import RetNetSession
import RetNetText

/// The probabilities of the tokens of each reply, for the colours of the conversation.
struct TokenProbabilities: Sendable, Hashable {
  struct Token: Sendable, Hashable {
    /// Tokens read, including this one.
    var position: Int
    /// The characters that the token completes.
    var text: String
    /// nil if it is not known.
    var logProbability: Float?
  }

  /// By turn, counted over both speakers.
  private var turns: [Int: [Token]] = [:]
  private var assembler = UTF8Assembler()
  private var last = 0

  subscript(turn: Int) -> [Token] { turns[turn] ?? [] }

  /// Adds a token of a reply. A token that is read again replaces the one before.
  mutating func append(_ record: TokenRecord) {
    if record.position != last + 1 { assembler = UTF8Assembler() }
    last = record.position
    guard record.role == .reply else { return }
    let text = assembler.append(Self.bytes(of: record.piece))
    while let found = turns[record.turn]?.last, found.position >= record.position { turns[record.turn]?.removeLast() }
    turns[record.turn, default: []].append(
      Token(position: record.position, text: text, logProbability: record.logProbability))
  }

  /// Removes the tokens after a position.
  mutating func truncate(to position: Int) {
    for (turn, tokens) in turns where (tokens.last?.position ?? 0) > position {
      turns[turn] = tokens.filter { $0.position <= position }
    }
  }

  /// Replaces all by the tokens of a node's turns.
  mutating func replace(by shown: [ShownTurn]) {
    self = TokenProbabilities()
    for (number, turn) in shown.enumerated() where turn.speaker == .reply {
      turns[number] = turn.tokens.enumerated().compactMap { offset, token in
        token.role == .reply
          ? Token(position: turn.index + offset + 1, text: token.text, logProbability: token.logProbability) : nil
      }
    }
  }

  private static func bytes(of piece: String) -> [UInt8] {
    Tokenizer.byte(named: piece).map { [$0] } ?? Array(piece.replacing("▁", with: " ").utf8)
  }
}
