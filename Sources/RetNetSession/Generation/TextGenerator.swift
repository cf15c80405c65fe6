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

  private let norms: NormOptions
  private let inference: Inference
  private var reply: ReplyDraft
  private var sampler: Sampler
  private var state: ModelState
  private var tokens: [Int]
  private var distribution: NextToken
  private var hasEnded = false

  /// Computes the prompt.
  ///
  /// - Parameters:
  ///   - form: the form that computes the prompt.
  ///   - initialState: the state before the prompt; nil is an empty state.
  ///   - threads: number of cores.
  ///   - progress: called with the tokens of the prompt that are read, from any thread.
  /// - Throws: `EngineError` if the tokenizer does not fit the model or the prompt gives no tokens; `TextError` if a
  ///   chat symbol is missing; `InitialStateError.otherShape`; `ModelError`.
  package init(
    _ prompt: String, mode: Mode, model: RetNetModel, tokenizer: Tokenizer, form: RetentionForm, norms: NormOptions,
    sampling: SamplingOptions, initialState: InitialState? = nil, threads: Int = 1,
    progress: (@Sendable (_ done: Int, _ of: Int) -> Void)? = nil
  ) throws {
    try EngineError.checkVocabulary(tokenizer, model)
    let tokenizer = tokenizer.completed(by: model.configuration)
    self.norms = norms
    switch mode {
    case .chat:
      guard prompt.contains(where: { !$0.isWhitespace }) else { throw EngineError.emptyMessage }
      let format = ConversationFormat.turns(try ChatFormat(tokenizer))
      tokens = format.prompt(prompt, isFirst: true, tokenizer).map(\.token)
      reply = ReplyDraft(format, tokenizer, isAtStart: true)
    case .plain:
      let text = TextFormat(tokenizer)
      tokens = text.opening + tokenizer.encode(prompt)
      guard !tokens.isEmpty else { throw EngineError.nothingToContinue }
      reply = ReplyDraft(.continuation(text), tokenizer, isAtStart: tokens.count == text.opening.count)
    }
    inference = Inference(model, threads: threads)
    sampler = Sampler(sampling)
    state = try initialState?.state(for: model.configuration) ?? model.makeState()
    inference.progress = progress
    distribution = try inference.logits([tokens], form: form, norms: norms, state: &state, rows: .last)
      .withUnsafeBufferPointer(NextToken.init)
    inference.progress = nil
  }

  /// The format of prompts to this model: messages, or texts to continue.
  package static func format(_ tokenizer: Tokenizer, of model: RetNetModel) -> ConversationFormat {
    ConversationFormat(tokenizer.completed(by: model.configuration))
  }

  /// Draws a token and computes its step; nil at the end of the text.
  ///
  /// - Throws: `ModelError`.
  package mutating func next() throws -> Step? {
    guard !hasEnded, let step = reply.draw(from: distribution, &sampler, recent: tokens) else {
      hasEnded = true
      return nil
    }
    distribution = NextToken(try inference.step(step.token, norms: norms, state: &state))
    tokens.append(step.token)
    return step
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
