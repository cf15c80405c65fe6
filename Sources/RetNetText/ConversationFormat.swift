import RetNet

/// How what a user types and what a model says become one row of tokens.
package enum ConversationFormat: Sendable {
  /// Turns between symbols, for a model that was trained on conversations.
  case turns(ChatFormat)
  /// One text: what is typed goes in as it is, and the model goes on with it.
  case continuation(TextFormat)

  /// Turns where the tokenizer has the chat's symbols, else one text.
  ///
  /// - Parameter continuesText: whether it is one text in any case.
  package init(_ tokenizer: Tokenizer, continuesText: Bool = false) {
    guard !continuesText else {
      self = .continuation(TextFormat(tokenizer))
      return
    }
    do {
      self = .turns(try ChatFormat(tokenizer))
    } catch {
      // Which symbol is missing matters only to those who need turns; they ask for a `ChatFormat`.
      self = .continuation(TextFormat(tokenizer))
    }
  }

  /// Whether the model goes on with what is typed instead of answering it.
  package var continuesText: Bool {
    if case .continuation = self { true } else { false }
  }

  /// A token that is to be fed, and whose turn it opens, if any.
  package struct Typed: Sendable, Hashable {
    package var token: Int
    package var opens: Turn.Speaker?

    package init(token: Int, opens: Turn.Speaker? = nil) {
      self.token = token
      self.opens = opens
    }
  }

  /// What a user's message feeds to the model.
  ///
  /// - Parameter isFirst: whether nothing has been said before.
  package func prompt(_ text: String, isFirst: Bool, _ tokenizer: Tokenizer) -> [Typed] {
    switch self {
    case .turns(let format):
      let tokens = (isFirst ? [format.bos] : []) + format.prompt(text)
      return tokens.map { Typed(token: $0, opens: $0 == format.user ? .user : $0 == format.reply ? .reply : nil) }
    case .continuation(let format):
      let opening = isFirst ? format.opening.map { Typed(token: $0) } : []
      return opening + tokenizer.encode(text).enumerated().map { Typed(token: $1, opens: $0 == 0 ? .user : nil) }
    }
  }

  /// Whether a reply may go on with `token`, or end with it.
  ///
  /// - Parameter isFirst: whether nothing of the reply has been said yet.
  package func allowsInReply(_ token: Int, isFirst: Bool) -> Bool {
    switch self {
    case .turns(let format): format.allowsInReply(token, isFirst: isFirst)
    case .continuation(let format): format.allows(token)
    }
  }

  package func endsReply(_ token: Int) -> Bool {
    switch self {
    case .turns(let format): format.endsReply(token)
    case .continuation(let format): format.ends(token)
    }
  }
}
