import RetNet

/// A conversation with a model.
///
/// An actor: replies are computed on it, one recurrent step at a time, and never on the caller's actor. Chats of one model
/// are independent, and may respond at the same time.
public actor Chat {
  /// The model that replies.
  public nonisolated let model: ChatModel
  /// How tokens are drawn.
  public nonisolated let sampling: SamplingOptions

  /// What the chat remembers. During a reply: after the last token that the reply's loop has received.
  public private(set) var state: ChatState

  private let inference: Inference
  /// Lives as long as the iterator of the reply: a loop that is left frees the chat.
  private weak var turn: ReplyTurn?
  private var progress: Progress?

  /// A reply under way.
  private struct Progress {
    var draft: ReplyDraft
    /// What the chat remembers once the next token is there.
    var state: ChatState
    /// The distribution of the next token.
    var next: NextToken
    var tokensLeft: Int
  }

  init(_ model: ChatModel, sampling: SamplingOptions, state: ChatState) {
    self.model = model
    self.sampling = sampling
    self.state = state
    inference = Inference(model.model, threads: model.threads)
  }

  /// Sends a message; the reply comes token by token as the sequence is read.
  ///
  ///     for try await token in chat.respond(to: "Hello!") { print(token.text, terminator: "") }
  ///
  /// A loop that is left, or whose task is cancelled, ends the reply after the last token that it has received, and the
  /// next message follows that token. The message and the first token of its reply enter the chat's state together: a reply
  /// that fails or is cancelled before leaves the chat as it was.
  ///
  /// A model that continues texts reads the message and continues it, without the symbols of a chat.
  ///
  /// - Parameters:
  ///   - message: some text, not only spaces.
  ///   - maxTokens: the reply ends after so many tokens, where it has not ended by itself; less than 1 gives none.
  public nonisolated func respond(to message: String, maxTokens: Int = 256) -> ReplySequence {
    ReplySequence(chat: self, message: message, maxTokens: maxTokens)
  }

  /// Sends a message and waits for the whole reply. What `respond` says holds here too.
  ///
  /// - Returns: the text of the reply.
  /// - Throws: as `ReplySequence` does.
  public nonisolated func reply(to message: String, maxTokens: Int = 256) async throws(ChatError) -> String {
    var text = ""
    for try await token in respond(to: message, maxTokens: maxTokens) { text += token.text }
    return text
  }

  /// Goes back, or over, to a state of the same model.
  ///
  /// - Throws: `ChatError.alreadyResponding` during a reply, `ChatError.otherModel`. Where the state comes from a model that
  ///   was opened from other files, their hashes decide, and what reading them throws is thrown.
  public func restore(_ state: ChatState) throws(ChatError) {
    guard turn == nil else { throw .alreadyResponding }
    self.state = try state.belonging(to: model)
  }

  /// The next token of a reply; nil at its end.
  func next(of turn: ReplyTurn) async throws(ChatError) -> ReplyToken? {
    defer { inference.rest() }
    if self.turn !== turn { progress = try await begin(turn) }
    if Task.isCancelled { throw .cancelled }
    guard var progress, progress.tokensLeft > 0 else { return nil }
    var sampler = Sampler(sampling)
    sampler.generator = progress.state.generator
    let token = progress.draft.draw(from: progress.next, &sampler, recent: progress.state.recent)
    progress.state.generator = sampler.generator
    if let token {
      progress.next = NextToken(try step(token.token, &progress.state))
      progress.tokensLeft -= 1
    }
    state = progress.state
    self.progress = token == nil ? nil : progress
    return token
  }

  /// Reads the message, token by token, and opens the reply.
  private func begin(_ turn: ReplyTurn) async throws(ChatError) -> Progress {
    guard self.turn == nil else { throw .alreadyResponding }
    let message = model.format.prompt(turn.message, isFirst: state.position == 0, model.tokenizer)
    guard let last = message.last, turn.message.contains(where: { !$0.isWhitespace }) else { throw .emptyMessage }
    self.turn = turn
    progress = nil
    var state = state
    for typed in message.dropLast() {
      if Task.isCancelled { throw .cancelled }
      _ = try step(typed.token, &state)
      // A long message leaves the thread to others between its tokens.
      await Task.yield()
    }
    let next = NextToken(try step(last.token, &state))
    return Progress(
      draft: ReplyDraft(model.format, model.tokenizer, isAtStart: !model.continuesText), state: state, next: next,
      tokensLeft: turn.maxTokens)
  }

  /// - Returns: the logits of the next token, in memory that the next step overwrites.
  private func step(_ token: Int, _ state: inout ChatState) throws(ChatError) -> UnsafeBufferPointer<Float> {
    let logits = try ChatError.describing({ .computation(reason: $0) }) {
      try inference.step(token, norms: model.model.norms, state: &state.retention)
    }
    state.append(token, window: sampling.repetitionWindow)
    return logits
  }
}
