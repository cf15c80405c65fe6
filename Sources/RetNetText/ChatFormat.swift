import RetNet

/// How conversations become tokens: `<s> <|user|> … <|bot|> … <|user|> … <|bot|> … </s>`.
///
/// The four symbols are control symbols, which no typed text encodes to, so that a turn cannot be faked.
package struct ChatFormat: Sendable {
  package static let userSymbol = "<|user|>"
  package static let replySymbol = "<|bot|>"
  /// What a vocabulary for chats has as control symbols of its own.
  package static let turnSymbols = [userSymbol, replySymbol]

  /// Opens a conversation.
  package let bos: Int
  /// Opens a user's turn.
  package let user: Int
  /// Opens a reply.
  package let reply: Int
  /// Ends a conversation.
  package let end: Int

  private let tokenizer: Tokenizer

  /// Throws `TextError` that names a symbol which the tokenizer lacks.
  package init(_ tokenizer: Tokenizer) throws {
    func named(_ token: Int?, _ symbol: String) throws -> Int {
      guard let token else { throw TextError.missingSymbol(symbol: symbol, purpose: "chat") }
      guard tokenizer.isControl(token) else { throw TextError.symbolNotControl(symbol: symbol) }
      return token
    }
    bos = try named(tokenizer.bos, "<s>")
    user = try named(tokenizer.token(forPiece: Self.userSymbol), Self.userSymbol)
    reply = try named(tokenizer.token(forPiece: Self.replySymbol), Self.replySymbol)
    end = try named(tokenizer.eos, "</s>")
    self.tokenizer = tokenizer
  }

  /// A whole conversation, from `<s>` to `</s>`.
  package func conversation(_ turns: [Turn]) -> [Int] {
    [bos] + turns.flatMap(self.turn) + [end]
  }

  /// A turn with the symbol that opens it.
  package func turn(_ turn: Turn) -> [Int] {
    [turn.speaker == .user ? user : reply] + tokenizer.encode(turn.text)
  }

  /// What is given to the model to have it answer `text`: the user's turn, and the symbol that opens the reply.
  package func prompt(_ text: String) -> [Int] {
    turn(Turn(.user, text)) + [reply]
  }

  /// Whether `token` ends a reply: the conversation's end, or another symbol that opens something.
  package func endsReply(_ token: Int) -> Bool {
    [bos, user, reply, end].contains(token)
  }

  /// Whether a reply may go on with `token`, or end with it; its first token may not end it.
  ///
  /// A model may have more tokens than its tokenizer has pieces: those stand for nothing.
  package func allowsInReply(_ token: Int, isFirst: Bool) -> Bool {
    switch token {
    case bos, reply: false
    case user, end: !isFirst
    default: token < tokenizer.vocabularySize
    }
  }
}
