import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Last tokens")
struct RecallTests {
  @Test(
    "The distance is to the nearest earlier occurrence of the last two tokens",
    arguments: [
      ([1, 5, 9, 6, 8, 5, 9], 4), ([1, 5, 9, 5, 9, 5, 9], 2), ([5, 9, 5, 9], 2), ([1, 9, 9], nil), ([1, 9, 9, 9], 1),
      ([1, 5, 8, 5, 9], nil), ([1], nil), ([], nil),
    ] as [([Int], Int?)])
  func distance(passage: [Int], expected: Int?) {
    #expect(Evaluation.distance(passage) == expected)
  }

  @Test("Distances are counted in powers of two, and cases without one are not counted")
  func byDistance() {
    let cases = [(1, true), (2, true), (3, false), (9, true), (nil, true)].map(RecallScore.Case.init)
    let counted = RecallScore.byDistance(cases)
    #expect(counted.map(\.distances) == [1...1, 2...3, 8...15])
    #expect(counted.map(\.matched) == [1, 1, 1])
    #expect(counted.map(\.count) == [1, 2, 1])
    #expect(RecallScore.byDistance([]).isEmpty)
  }

  @Test("A case matches if the plain model's most probable token is the passage's last")
  func matches() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    let folder = try TemporaryFolder()
    let bos = try #require(tokenizer.bos)
    // Passages with every token as their last, so that some match by chance, and those that the model predicts.
    var passages = TrainedTokenizer.lines
    let plain = PlainModel(model, norms: model.norms)
    func preferred(_ tokens: [Int]) throws -> Int {
      let losses = (0..<tokenizer.vocabularySize).map { plain.loss(tokens, targets: Array(tokens.dropFirst()) + [$0]) }
      return try #require(losses.indices.min { losses[$0] < losses[$1] })
    }
    for line in TrainedTokenizer.lines {
      let best = try preferred([bos] + tokenizer.encode(line))
      let text = line + tokenizer.decode([best])
      if tokenizer.encode(text) == tokenizer.encode(line) + [best] { passages.append(text) }
    }
    let path = try folder.write("passages.txt", passages.joined(separator: "\n\n") + "\n")
    let expected = try passages.map { text in
      let tokens = [bos] + tokenizer.encode(text)
      return try preferred(Array(tokens.dropLast())) == tokens.last
    }
    #expect(expected.contains(true))
    #expect(expected.contains(false))
    for threads in [1, 2] {
      let score = try Evaluation(model: model, tokenizer: tokenizer, threads: threads).recall(on: path)
      #expect(score.cases.map(\.matched) == expected)
      #expect(score.matched == expected.count { $0 })
    }
  }
}
