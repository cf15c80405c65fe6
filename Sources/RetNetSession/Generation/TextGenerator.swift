import RetNet
import RetNetText

/// Continues a text or answers a message, one token at a time.
///
/// The prompt is computed in any form; each following token is one recurrent step. `Engine` adds recording and undo;
/// this type generates text only.
package struct TextGenerator {
  /// The kind of prompt.
  package enum Mode: Sendable, Hashable {
    /// A user's message, to which the model replies.
    case chat
    /// The start of a text, after `<s>` if the tokenizer has it.
    case plain
  }

  package typealias Step = ReplyToken

  /// A state with the tokens that led to it.
  private struct State: ReplyState {
    var model: ModelState
    var recent: [Int]
    var generator: SeededGenerator
  }

  private let norms: NormOptions
  private let inference: Inference
  private var reply: ReplyGenerator<State>

  /// How the reply ended; nil before its end.
  package var ending: ReplyEnding? { reply.ending }

  /// Computes the prompt.
  ///
  /// - Parameters:
  ///   - earlier: the turns before the prompt; only in the mode `chat`.
  ///   - form: the form that computes the prompt.
  ///   - initialState: the state before the prompt; nil is an empty state.
  ///   - maximumTokens: the maximum number of tokens of the reply.
  ///   - threads: number of cores.
  ///   - progress: called with the tokens of the prompt that are read, from any thread.
  /// - Throws: `EngineError` if the tokenizer does not fit the model or the prompt gives no tokens; `TextError` if a
  ///   chat symbol is missing; `InitialStateError.otherShape`; `ModelError`.
  package init(
    _ prompt: String, after earlier: [Turn] = [], mode: Mode, model: RetNetModel, tokenizer: Tokenizer,
    form: RetentionForm, norms: NormOptions, sampling: SamplingOptions, initialState: InitialState? = nil,
    maximumTokens: Int = .max, threads: Int = 1, progress: (@Sendable (_ done: Int, _ of: Int) -> Void)? = nil
  ) throws {
    let inference = Inference(model, threads: threads)
    inference.progress = progress
    defer { inference.progress = nil }
    let start = try PromptState(
      prompt, after: earlier, mode: mode, inference, tokenizer: tokenizer, form: form, norms: norms,
      initialState: initialState)
    self.init(start, inference, norms: norms, sampling: sampling, maximumTokens: maximumTokens)
  }

  /// Continues from a prompt that was read with `inference`.
  ///
  /// - Parameter candidates: the number of candidates that each token has.
  package init(
    _ start: PromptState, _ inference: Inference, norms: NormOptions, sampling: SamplingOptions, maximumTokens: Int,
    candidates: Int = 0
  ) {
    self.norms = norms
    self.inference = inference
    let sampler = Sampler(sampling)
    reply = ReplyGenerator(
      ReplyDraft(
        start.format, start.tokenizer, isAtStart: start.isAtStart, pattern: sampling.pattern, candidates: candidates),
      next: start.next, state: State(model: start.state, recent: start.tokens, generator: sampler.generator),
      sampler: sampler, maximumTokens: maximumTokens)
  }

  /// The format of prompts to this model: messages, or texts to continue.
  package static func format(_ tokenizer: Tokenizer, of model: RetNetModel) -> ConversationFormat {
    ConversationFormat(tokenizer.completed(by: model.configuration))
  }

  /// Draws a token and computes its step; nil at the end of the text.
  ///
  /// - Throws: `ModelError`.
  package mutating func next() throws -> Step? {
    let (inference, norms) = (inference, norms)
    return try reply.next { (token: Int, state: inout State) throws -> NextToken in
      state.recent.append(token)
      return NextToken(try inference.step(token, norms: norms, state: &state.model))
    }
  }
}

/// The state after a prompt, as a value: replies can be generated from it any number of times.
package struct PromptState: Sendable {
  package let format: ConversationFormat
  let tokenizer: Tokenizer
  /// All tokens of the prompt.
  let tokens: [Int]
  /// Whether the reply starts a text, so that the space of its first piece is removed.
  let isAtStart: Bool
  package let state: ModelState
  /// The distribution of the first token of the reply.
  package let next: NextToken

  /// Computes the prompt. See `TextGenerator.init`.
  package init(
    _ prompt: String, after earlier: [Turn] = [], mode: TextGenerator.Mode, _ inference: Inference,
    tokenizer: Tokenizer, form: RetentionForm, norms: NormOptions, initialState: InitialState? = nil
  ) throws {
    let model = inference.model
    try EngineError.checkVocabulary(tokenizer, model)
    let tokenizer = tokenizer.completed(by: model.configuration)
    switch mode {
    case .chat:
      guard prompt.contains(where: { !$0.isWhitespace }) else { throw EngineError.emptyMessage }
      let chat = try ChatFormat(tokenizer)
      tokens = [chat.bos] + earlier.flatMap(chat.turn) + chat.prompt(prompt)
      (format, isAtStart) = (.turns(chat), true)
    case .plain:
      let text = TextFormat(tokenizer)
      tokens = text.opening + tokenizer.encode(prompt)
      guard !tokens.isEmpty else { throw EngineError.nothingToContinue }
      (format, isAtStart) = (.continuation(text), tokens.count == text.opening.count)
    }
    self.tokenizer = tokenizer
    var state = try initialState?.state(for: model.configuration) ?? model.makeState()
    next = try inference.logits([tokens], form: form, norms: norms, state: &state, rows: .last)
      .withUnsafeBufferPointer(NextToken.init)
    self.state = state
  }
}

extension EngineError {
  /// Throws if the tokenizer has more tokens than the model.
  package static func checkVocabulary(_ tokenizer: Tokenizer, _ model: RetNetModel) throws {
    guard tokenizer.vocabularySize <= model.configuration.vocabularySize else {
      throw EngineError.vocabularyMismatch(
        tokenizer: tokenizer.vocabularySize, model: model.configuration.vocabularySize)
    }
  }
}
