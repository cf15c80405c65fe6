import RetNet

/// How user messages and replies form one token sequence.
package enum ConversationFormat: Sendable {
  /// Turns between symbols, for a model that was trained on conversations.
  case turns(ChatFormat)
  /// One text: the model continues the typed text.
  case continuation(TextFormat)

  /// Turns if the tokenizer has the chat symbols, else one text.
  ///
  /// - Parameter continuesText: whether to use one text in any case.
  package init(_ tokenizer: Tokenizer, continuesText: Bool = false) {
    guard !continuesText else {
      self = .continuation(TextFormat(tokenizer))
      return
    }
    do {
      self = .turns(try ChatFormat(tokenizer))
    } catch {
      // Callers that require turns create a `ChatFormat`, which throws the missing symbol.
      self = .continuation(TextFormat(tokenizer))
    }
  }

  /// Whether the model continues the typed text instead of answering it.
  package var continuesText: Bool {
    if case .continuation = self { true } else { false }
  }

  /// A token to compute, and the speaker whose turn it opens, if any.
  package struct TurnToken: Sendable, Hashable {
    package var token: Int
    package var opens: Turn.Speaker?

    package init(token: Int, opens: Turn.Speaker? = nil) {
      self.token = token
      self.opens = opens
    }
  }

  /// The tokens of a user's message.
  ///
  /// - Parameter isFirst: whether the session is still empty.
  package func prompt(_ text: String, isFirst: Bool, _ tokenizer: Tokenizer) -> [TurnToken] {
    switch self {
    case .turns(let format):
      let tokens = (isFirst ? [format.bos] : []) + format.prompt(text)
      return tokens.map { TurnToken(token: $0, opens: $0 == format.user ? .user : $0 == format.reply ? .reply : nil) }
    case .continuation(let format):
      let opening = isFirst ? format.opening.map { TurnToken(token: $0) } : []
      return opening + tokenizer.encode(text).enumerated().map { TurnToken(token: $1, opens: $0 == 0 ? .user : nil) }
    }
  }

  /// Whether `token` may continue or end a reply.
  ///
  /// - Parameter isFirst: whether `token` would be the first of the reply.
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
