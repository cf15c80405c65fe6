import RetNet

/// A conversation with a model.
///
/// An actor: it computes replies one recurrent step at a time, never on the caller's actor. Chats of one model are
/// independent and can respond concurrently.
public actor Chat {
  /// The model that replies.
  public nonisolated let model: ChatModel
  /// The sampling values.
  public nonisolated let sampling: SamplingOptions

  /// The current state. During a reply, the state after the last token returned to the caller.
  public private(set) var state: ChatState

  private let inference: Inference
  /// Weak, so that releasing the reply's iterator ends the turn.
  private weak var turn: ReplyTurn?
  /// The reply in progress.
  private var progress: ReplyGenerator<ChatState>?

  init(_ model: ChatModel, sampling: SamplingOptions, state: ChatState) {
    self.model = model
    self.sampling = sampling
    self.state = state
    inference = Inference(model.model, threads: model.threads)
  }

  /// Sends a message. The tokens of the reply are computed as the sequence is iterated.
  ///
  ///     for try await token in chat.respond(to: "Hello!") { print(token.text, terminator: "") }
  ///
  /// Leaving the loop or cancelling its task ends the reply after the last received token; the next message follows
  /// that token. The message and the first token of its reply are added to the state together: a reply that fails or is
  /// cancelled before its first token leaves the state unchanged.
  ///
  /// A model that continues text receives the message without chat symbols and continues it.
  ///
  /// - Parameters:
  ///   - message: text that is not only whitespace.
  ///   - maxTokens: the maximum number of tokens; less than 1 gives none.
  /// - Returns: the tokens of the reply.
  public nonisolated func respond(to message: String, maxTokens: Int = 256) -> ReplySequence {
    ReplySequence(chat: self, message: message, maxTokens: maxTokens)
  }

  /// Sends a message and returns the whole reply. See `respond(to:maxTokens:)`.
  ///
  /// - Parameters:
  ///   - message: text that is not only whitespace.
  ///   - maxTokens: the maximum number of tokens; less than 1 gives none.
  /// - Returns: the text of the reply.
  /// - Throws: the errors of ``ReplySequence``.
  public nonisolated func reply(to message: String, maxTokens: Int = 256) async throws(ChatError) -> String {
    var text = ""
    for try await token in respond(to: message, maxTokens: maxTokens) { text += token.text }
    return text
  }

  /// Sets the state to an earlier state, or to one of another chat with the same model.
  ///
  /// - Parameter state: a state of this model.
  /// - Throws: `ChatError.alreadyResponding` during a reply; `ChatError.otherModel`. If the state's model was opened
  ///   from other files, their hashes are compared, which can throw the errors of reading them.
  public func restore(_ state: ChatState) throws(ChatError) {
    guard turn == nil else { throw .alreadyResponding }
    self.state = try state.belonging(to: model)
  }

  /// The next token of a reply; nil at its end.
  func next(of turn: ReplyTurn) async throws(ChatError) -> ReplyToken? {
    defer { inference.rest() }
    if self.turn !== turn { progress = try await begin(turn) }
    if Task.isCancelled { throw .cancelled }
    guard var progress, turn.maxTokens > 0 else { return nil }
    let token = try progress.next { (token: Int, state: inout ChatState) throws(ChatError) -> NextToken in
      NextToken(try step(token, &state))
    }
    state = progress.state
    self.progress = token == nil ? nil : progress
    return token
  }

  /// Computes the message, token by token, and starts the reply.
  private func begin(_ turn: ReplyTurn) async throws(ChatError) -> ReplyGenerator<ChatState> {
    guard self.turn == nil else { throw .alreadyResponding }
    let message = model.format.prompt(turn.message, isFirst: state.position == 0, model.tokenizer)
    guard let last = message.last, turn.message.contains(where: { !$0.isWhitespace }) else { throw .emptyMessage }
    self.turn = turn
    progress = nil
    var state = state
    for typed in message.dropLast() {
      if Task.isCancelled { throw .cancelled }
      _ = try step(typed.token, &state)
      // Lets other tasks run between the tokens of a long message.
      await Task.yield()
    }
    let next = NextToken(try step(last.token, &state))
    return ReplyGenerator(
      ReplyDraft(model.format, model.tokenizer, isAtStart: !model.continuesText, pattern: sampling.pattern),
      next: next, state: state, sampler: Sampler(sampling), maximumTokens: turn.maxTokens)
  }

  /// - Returns: the logits of the next token, in a buffer that the next step overwrites.
  private func step(_ token: Int, _ state: inout ChatState) throws(ChatError) -> UnsafeBufferPointer<Float> {
    let logits = try ChatError.mappingErrors({ .computation(reason: $0) }) {
      try inference.step(token, norms: model.model.norms, state: &state.retention)
    }
    state.append(token, window: sampling.repetitionWindow)
    return logits
  }
}
