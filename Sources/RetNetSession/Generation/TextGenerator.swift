import RetNet
import RetNetText

/// Goes on with a text, or answers a message, one drawn token at a time.
///
/// The prompt is read in any form; each token after it is one recurrent step. `Engine` is for conversations that are
/// watched and undone; this is for text alone.
package struct TextGenerator {
  /// What a prompt is.
  package enum Mode: Sendable, Hashable {
    /// A user's message, to which the model replies.
    case chat
    /// The beginning of a text, after `<s>` where the tokenizer has it, with which the model goes on.
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

  /// Reads the prompt.
  ///
  /// - Parameters:
  ///   - form: how the prompt is read.
  ///   - initialState: what stands before the prompt; nil is an empty state.
  ///   - threads: cores to compute on.
  /// - Throws: `EngineError` where the tokenizer does not fit the model or the prompt gives no tokens, `TextError` where a
  ///   chat's symbol is missing, `InitialStateError.otherShape`, `ModelError`.
  package init(
    _ prompt: String, mode: Mode, model: RetNetModel, tokenizer: Tokenizer, form: RetentionForm, norms: NormOptions,
    sampling: SamplingOptions, initialState: InitialState? = nil, threads: Int = 1
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
    distribution = try inference.logits([tokens], form: form, norms: norms, state: &state, rows: .last)
      .withUnsafeBufferPointer(NextToken.init)
  }

  /// Whether a prompt to this model is a message, or the beginning of a text.
  package static func format(_ tokenizer: Tokenizer, of model: RetNetModel) -> ConversationFormat {
    ConversationFormat(tokenizer.completed(by: model.configuration))
  }

  /// Draws a token and feeds it; nil where the text ends.
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
  /// Throws where a tokenizer has tokens that the model does not know.
  package static func checkVocabulary(_ tokenizer: Tokenizer, _ model: RetNetModel) throws {
    guard tokenizer.vocabularySize <= model.configuration.vocabularySize else {
      throw EngineError.vocabularyMismatch(
        tokenizer: tokenizer.vocabularySize, model: model.configuration.vocabularySize)
    }
  }
}
