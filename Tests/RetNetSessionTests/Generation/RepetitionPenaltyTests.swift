import RetNet
import RetNetText
import TestSupport
import Testing

@testable import RetNetSession

@Suite("Repetition penalty in a conversation")
struct RepetitionPenaltyTests {
  private static let unseen = 290

  /// A conversation of a message and one reply token, and the tokens of the message.
  private func conversation(_ tokenizer: Tokenizer) throws -> (conversation: Conversation, words: [Int]) {
    let sampling = SamplerTests.plain {
      $0.temperature = 0
      $0.repetitionPenalty = 2
    }
    var conversation = Conversation(
      sampler: Sampler(sampling), format: .turns(try ChatFormat(tokenizer)), tokenizer: tokenizer)
    conversation.submit("the cat")
    while let token = conversation.nextToken(nil) {
      conversation.append(token, options: StepOptions(norms: NormOptions()), sampler: conversation.sampler)
    }
    let words = tokenizer.encode("the cat")
    let reply = conversation.forced(words[0])
    conversation.append(try #require(reply), options: StepOptions(norms: NormOptions()), sampler: conversation.sampler)
    return (conversation, words)
  }

  /// Logits that are −10 except for these tokens.
  private func next(_ logits: [Int: Float], of tokenizer: Tokenizer) -> NextToken {
    (0..<tokenizer.vocabularySize).map { logits[$0] ?? -10 }.withUnsafeBufferPointer { NextToken($0) }
  }

  @Test("The symbol that ends a reply keeps its logit: 1 is above 0.8 of an unseen token, 1 ÷ 2 would be below")
  func symbol() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    var (conversation, _) = try conversation(tokenizer)
    let end = try ChatFormat(tokenizer).user
    #expect(conversation.tokens.contains(end))
    #expect(conversation.nextToken(next([end: 1, Self.unseen: 0.8], of: tokenizer)) == nil)
    #expect(!conversation.isReplying)
  }

  @Test("A word of the message is penalized: 1.5 ÷ 2 is below 0.8 of an unseen token")
  func word() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    var (conversation, words) = try conversation(tokenizer)
    #expect(!words.contains(Self.unseen))
    let drawn = conversation.nextToken(next([words[0]: 1.5, Self.unseen: 0.8], of: tokenizer))
    #expect(drawn?.token == Self.unseen)
  }

  @Test("The same holds for the draft of a reply, which other packages use")
  func draft() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let (conversation, words) = try conversation(tokenizer)
    let format = try ChatFormat(tokenizer)
    var sampler = conversation.sampler
    var draft = ReplyDraft(.turns(format), tokenizer, isAtStart: true)
    let recent = Array(conversation.tokens)
    let first = draft.draw(from: next([words[0]: 1.5, Self.unseen: 0.8], of: tokenizer), &sampler, recent: recent)
    #expect(first.token?.token == Self.unseen)
    #expect(draft.draw(from: next([format.user: 1, 289: 0.8], of: tokenizer), &sampler, recent: recent).token == nil)
  }
}
