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

  /// One drawn token.
  package struct Step: Sendable, Hashable {
    package var token: Int
    /// What the token adds to the text; a character comes with the token that completes it.
    package var text: String
    /// ln p of the token before sampling stages.
    package var logProbability: Double
    /// Entropy of the distribution that the token was drawn from, before sampling stages, in nats.
    package var entropy: Double
  }

  private let tokenizer: Tokenizer
  private let norms: NormOptions
  private let inference: Inference
  /// What may be drawn, and what ends the text.
  private let format: ConversationFormat
  private var sampler: Sampler
  private var state: ModelState
  private var tokens: [Int]
  private var distribution: NextToken
  /// Whether no text stands before the next token.
  private var isAtStart: Bool
  private var isFirst = true
  private var hasEnded = false
  private var assembler = UTF8Assembler()

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
    self.tokenizer = tokenizer
    self.norms = norms
    switch mode {
    case .chat:
      guard prompt.contains(where: { !$0.isWhitespace }) else { throw EngineError.emptyMessage }
      format = .turns(try ChatFormat(tokenizer))
      tokens = format.prompt(prompt, isFirst: true, tokenizer).map(\.token)
      isAtStart = true
    case .plain:
      let text = TextFormat(tokenizer)
      format = .continuation(text)
      tokens = text.opening + tokenizer.encode(prompt)
      guard !tokens.isEmpty else { throw EngineError.nothingToContinue }
      isAtStart = tokens.count == text.opening.count
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
    guard !hasEnded else { return nil }
    let (format, isFirst, recent) = (format, isFirst, tokens)
    let drawn = distribution.logits.withUnsafeBufferPointer { logits in
      sampler.draw(logits, recent: recent) { format.allowsInReply($0, isFirst: isFirst) }
    }
    guard let token = drawn, !format.endsReply(token) else {
      hasEnded = true
      return nil
    }
    let before = distribution
    distribution = NextToken(try inference.step(token, norms: norms, state: &state))
    tokens.append(token)
    let text = assembler.append(tokenizer.decodeBytes([token], atStart: isAtStart))
    isAtStart = false
    self.isFirst = false
    return Step(
      token: token, text: text, logProbability: before.logProbability(token), entropy: before.entropy)
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
