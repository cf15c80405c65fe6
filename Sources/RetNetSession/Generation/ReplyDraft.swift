import Foundation
import RetNet
import RetNetText

/// A reply in progress: draws the next token and decodes its text.
struct ReplyDraft: Sendable {
  private let format: ConversationFormat
  private let tokenizer: Tokenizer
  private var isFirst = true
  private var isAtStart: Bool
  private var assembler = UTF8Assembler()
  /// The place in the pattern; nil without one.
  private var place: PatternPlace?
  /// The number of candidates of each token.
  private let candidates: Int

  /// - Parameters:
  ///   - isAtStart: whether the reply starts a text, so that the space of its first piece is removed.
  ///   - pattern: the whole reply matches it.
  ///   - candidates: the number of candidates that each token has.
  init(
    _ format: ConversationFormat, _ tokenizer: Tokenizer, isAtStart: Bool, pattern: ReplyPattern? = nil,
    candidates: Int = 0
  ) {
    self.candidates = candidates
    self.format = format
    self.tokenizer = tokenizer
    self.isAtStart = isAtStart
    place = pattern.map { PatternPlace($0, tokenizer, isAtStart: isAtStart) }
  }

  enum Drawn: Sendable {
    /// The token with the bytes that it adds.
    case token(ReplyToken, bytes: [UInt8])
    /// The end of the reply, as in `ReplyEnding.finished`.
    case end(Double?, allowed: Double?)

    /// nil at the end of the reply.
    var token: ReplyToken? { if case .token(let token, _) = self { token } else { nil } }
  }

  /// Draws the next token.
  ///
  /// - Parameter recent: the tokens so far, for the repetition penalty.
  mutating func draw(from next: NextToken, _ sampler: inout Sampler, recent: [Int]) -> Drawn {
    let recent = tokenizer.penalizedTokens(recent, window: sampler.options.repetitionWindow)
    let drawn = next.logits.withUnsafeBufferPointer { logits in
      sampler.draw(logits, recent: recent, allowed: isAllowed)
    }
    guard let drawn else { return .end(nil, allowed: nil) }
    guard format.endsReply(drawn) else {
      let (token, bytes) = append(drawn, from: next)
      return .token(token, bytes: bytes)
    }
    let ending = next.logits.indices.filter { format.endsReply($0) && isAllowed($0) }
    let own = NextToken.logSum(ending.map(next.logProbability))
    return .end(own, allowed: own - allowedLogSum(next))
  }

  /// Adds a token that is not drawn, or that has been drawn. Returns it with the bytes that it adds.
  ///
  /// - Parameter next: the distribution before it.
  mutating func append(_ token: Int, from next: NextToken) -> (ReplyToken, [UInt8]) {
    let allowed = place == nil ? 0 : allowedLogSum(next)
    let bytes = tokenizer.decodeBytes([token], atStart: isAtStart)
    let own = next.logProbability(token)
    let reply = ReplyToken(
      token: token, text: assembler.append(bytes), logProbability: own, entropy: next.entropy,
      allowedLogProbability: own - allowed,
      candidates: candidates == 0
        ? []
        : next.best(candidates).map {
          ReplyToken.Candidate(token: $0.token, logProbability: next.logProbability($0.token))
        })
    place?.append(token)
    isAtStart = false
    isFirst = false
    return (reply, bytes)
  }

  /// Tokens that spell the first `count` bytes that a token adds here.
  func spelling(_ token: Int, _ count: Int) -> [Int] { tokenizer.spelling(count, bytesOf: token, atStart: isAtStart) }

  private func isAllowed(_ token: Int) -> Bool {
    format.allowsInReply(token, isFirst: isFirst) && place?.allows(token, format) ?? true
  }

  /// ln Σ p of the allowed tokens; 0 without a pattern.
  private func allowedLogSum(_ next: NextToken) -> Double {
    place == nil ? 0 : NextToken.logSum(next.logits.indices.filter(isAllowed).map(next.logProbability))
  }
}

extension NextToken {
  /// ln Σ eˣ; −∞ without numbers.
  package static func logSum(_ logarithms: [Double]) -> Double {
    guard let largest = logarithms.max(), largest > -.infinity else { return -.infinity }
    return largest + log(logarithms.reduce(0) { $0 + exp($1 - largest) })
  }
}

extension Tokenizer {
  /// Tokens that spell the first `count` bytes that a token adds; none for 0.
  func spelling(_ count: Int, bytesOf token: Int, atStart: Bool) -> [Int] {
    let all = bytes(of: token, atStart: false)
    return count > 0 ? spelling(all.prefix(all.count - bytes(of: token, atStart: atStart).count + count)) : []
  }

  /// The tokens that the repetition penalty affects: the last `window` tokens without control symbols. A penalty on the
  /// symbol that ends a turn would make replies longer.
  func penalizedTokens(_ tokens: some BidirectionalCollection<Int>, window: Int) -> [Int] {
    tokens.suffix(window).filter { !isControl($0) }
  }
}
