import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetText

/// Vocabularies with options that this project does not use, trained on invented sentences with SentencePiece 0.2.3
/// for Python, and the tokens of that package for some texts.
@Suite("Foreign tokenizers")
struct ForeignTokenizerTests {
  struct Expected: Decodable {
    struct Case: Decodable {
      var text: String
      var tokens: [Int]
      var decoded: String
    }
    var size: Int
    var bos: Int
    var eos: Int
    var unknown: Int
    var cases: [Case]
  }

  static func expected() throws -> [String: Expected] {
    try JSONDecoder().decode(
      [String: Expected].self,
      from: Data(contentsOf: URL(fileURLWithPath: Repository.reference("tokenizers/expected.json"))))
  }

  @Test("Tokens, texts and symbols equal the reference's", arguments: ["bpe", "unigram-normalizing", "bare"])
  func reference(name: String) throws {
    let expected = try #require(try Self.expected()[name])
    let tokenizer = try Repository.foreignTokenizer(name)
    #expect(tokenizer.vocabularySize == expected.size)
    #expect((tokenizer.bos ?? -1, tokenizer.eos ?? -1) == (expected.bos, expected.eos))
    #expect(tokenizer.unknown == expected.unknown)
    for each in expected.cases {
      #expect(tokenizer.encode(each.text) == each.tokens, "\(each.text.debugDescription)")
      // The reference removes all spaces at the start of a text; this tokenizer removes only the one that encoding
      // adds.
      if name == "unigram-normalizing", each.text == "▁x" { continue }
      #expect(Array(tokenizer.decode(each.tokens).utf8) == Array(each.decoded.utf8), "\(each.text.debugDescription)")
    }
  }

  @Test("A vocabulary without normalization reproduces every byte", arguments: ["bpe", "bare"])
  func bytes(name: String) throws {
    let tokenizer = try Repository.foreignTokenizer(name)
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<200 {
      let scalars = (0..<12).compactMap { _ -> Unicode.Scalar? in
        let kinds: [ClosedRange<Int>] = [0x20...0x7E, 0x01...0x20, 0xA0...0x24F, 0x4E00...0x4EFF, 0x1F600...0x1F640]
        let range = kinds[Int.random(in: 0..<kinds.count, using: &generator)]
        return Unicode.Scalar(UInt32(Int.random(in: range, using: &generator)))
      }
      let text = String(String.UnicodeScalarView(scalars))
      let tokens = tokenizer.encode(text)
      #expect(tokenizer.decodeBytes(tokens) == Array(text.utf8), "\(text.debugDescription)")
      // Token by token, as in a reply: a character is complete after its last byte.
      var assembler = UTF8Assembler()
      var joined = ""
      for (n, token) in tokens.enumerated() {
        joined += assembler.append(tokenizer.decodeBytes([token], atStart: n == 0))
        #expect(!joined.contains("\u{FFFD}"))
      }
      #expect(joined == text)
    }
  }

  @Test("The piece <0x0A> is the newline token, but the text <0x0A> is not")
  func newline() throws {
    for name in ["bpe", "bare"] {
      let tokenizer = try Repository.foreignTokenizer(name)
      let token = try #require(tokenizer.token(forPiece: "<0x0A>"))
      #expect(tokenizer.encode("\n").last == token)
      #expect(!tokenizer.encode("<0x0A>").contains(token))
      #expect(tokenizer.decodeBytes([token], atStart: false) == [0x0A])
    }
  }

  @Test("The configuration's symbols apply if the vocabulary names none and has them as control symbols")
  func completed() throws {
    var configuration = ModelConfiguration(vocabularySize: 400, modelDim: 8, layers: 1, heads: 1, feedForwardDim: 8)
    let bare = try Repository.foreignTokenizer("bare")
    // 1 and 2, the usual defaults, are ordinary pieces of this vocabulary.
    #expect(bare.completed(by: configuration).bos == nil)
    #expect(bare.completed(by: configuration).eos == nil)
    let normalizing = try Repository.foreignTokenizer("unigram-normalizing")
    #expect((normalizing.bos, normalizing.eos) == (nil, 1))
    configuration.bosToken = 0
    configuration.eosToken = 0
    let completed = normalizing.completed(by: configuration)
    #expect((completed.bos, completed.eos) == (0, 1))
    configuration.bosToken = 399
    #expect(normalizing.completed(by: configuration).bos == nil)
    let bpe = try Repository.foreignTokenizer("bpe").completed(by: configuration)
    #expect((bpe.bos, bpe.eos) == (1, 2))
  }

  @Test("Ordinary pieces that look like chat symbols form no turns, as typed text could contain them")
  func ordinarySymbols() throws {
    let bare = try Repository.foreignTokenizer("bare")
    #expect(bare.token(forPiece: "<|user|>") == 1)
    #expect(!bare.isControl(1))
    #expect(ConversationFormat(bare).continuesText)
    #expect(try !ConversationFormat(TrainedTokenizer.unigram.get()).continuesText)
    #expect(throws: TextError.self) { try ChatFormat(bare) }
  }
}
