import RetNet
import RetNetText

/// A reply in progress: draws the next token and decodes its text.
struct ReplyDraft: Sendable {
  private let format: ConversationFormat
  private let tokenizer: Tokenizer
  private var isFirst = true
  private var isAtStart: Bool
  private var assembler = UTF8Assembler()

  /// - Parameter isAtStart: whether the reply starts a text, so that the space of its first piece is removed.
  init(_ format: ConversationFormat, _ tokenizer: Tokenizer, isAtStart: Bool) {
    self.format = format
    self.tokenizer = tokenizer
    self.isAtStart = isAtStart
  }

  /// Draws the next token; nil at the end of the reply.
  ///
  /// - Parameter recent: the tokens so far, for the repetition penalty.
  mutating func draw(from next: NextToken, _ sampler: inout Sampler, recent: [Int]) -> ReplyToken? {
    let (format, isFirst) = (format, isFirst)
    let recent = tokenizer.penalizedTokens(recent, window: sampler.options.repetitionWindow)
    let drawn = next.logits.withUnsafeBufferPointer { logits in
      sampler.draw(logits, recent: recent) { format.allowsInReply($0, isFirst: isFirst) }
    }
    guard let drawn, !format.endsReply(drawn) else { return nil }
    let text = assembler.append(tokenizer.decodeBytes([drawn], atStart: isAtStart))
    isAtStart = false
    self.isFirst = false
    return ReplyToken(
      token: drawn, text: text, logProbability: next.logProbability(drawn), entropy: next.entropy)
  }
}

extension Tokenizer {
  /// The tokens that the repetition penalty affects: the last `window` tokens without control symbols. A penalty on the
  /// symbol that ends a turn would make replies longer.
  func penalizedTokens(_ tokens: some BidirectionalCollection<Int>, window: Int) -> [Int] {
    tokens.suffix(window).filter { !isControl($0) }
  }
}
