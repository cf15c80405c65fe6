import RetNet
import RetNetText

/// A reply under way: which token comes next, and what it adds to the text.
struct ReplyDraft: Sendable {
  private let format: ConversationFormat
  private let tokenizer: Tokenizer
  private var isFirst = true
  private var isAtStart: Bool
  private var assembler = UTF8Assembler()

  /// - Parameter isAtStart: whether a text begins with the reply, so that the space of its first piece is left out.
  init(_ format: ConversationFormat, _ tokenizer: Tokenizer, isAtStart: Bool) {
    self.format = format
    self.tokenizer = tokenizer
    self.isAtStart = isAtStart
  }

  /// Draws the next token; nil where the reply ends.
  ///
  /// - Parameter recent: the tokens so far; the sampler penalizes the last of them.
  mutating func draw(from next: NextToken, _ sampler: inout Sampler, recent: [Int]) -> ReplyToken? {
    let (format, isFirst) = (format, isFirst)
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
