import RetNet

/// Encodes conversations as `<s> <|user|> … <|bot|> … <|user|> … <|bot|> … </s>`.
///
/// The four symbols are control symbols. No typed text encodes to one, so a user cannot forge a turn.
package struct ChatFormat: Sendable {
  package static let userSymbol = "<|user|>"
  package static let replySymbol = "<|bot|>"
  /// The control symbols that a chat vocabulary defines itself.
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

  /// - Throws: `TextError` with the symbol that the tokenizer lacks or defines as ordinary text.
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

  /// The prompt for a reply to `text`: the user's turn, then the symbol that opens the reply.
  package func prompt(_ text: String) -> [Int] {
    turn(Turn(.user, text)) + [reply]
  }

  /// Whether `token` ends a reply: the end of the conversation, or a symbol that opens a turn or a conversation.
  package func endsReply(_ token: Int) -> Bool {
    [bos, user, reply, end].contains(token)
  }

  /// Whether `token` may continue or end a reply. The first token may not end it.
  ///
  /// Rejects tokens without a piece: a model's vocabulary may be larger than its tokenizer's.
  package func allowsInReply(_ token: Int, isFirst: Bool) -> Bool {
    switch token {
    case bos, reply: false
    case user, end: !isFirst
    default: token < tokenizer.vocabularySize
    }
  }
}
