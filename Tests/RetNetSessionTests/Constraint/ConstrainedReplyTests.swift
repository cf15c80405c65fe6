import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetText

@Suite("Replies that match a pattern")
struct ConstrainedReplyTests {
  static let patterns = [
    "yes|no", "[0-9]{1,3}( years)?", "(the|a) (cat|dog)(, (the|a) (cat|dog)){0,2}\\.", "[a-z ]{3,12}[.!?]", "→{2,4}",
    "[é-ü]+x", "\"[^\"]{0,10}\"", "[^\\n]{5}",
  ]

  private func matches(_ pattern: String, _ text: String) throws -> Bool {
    let expression = try NSRegularExpression(pattern: "\\A(?:\(pattern))\\z")
    return expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
  }

  private func generator(
    _ model: ChatModel, _ pattern: String, seed: UInt64, maximumTokens: Int = 400
  ) throws -> TextGenerator {
    var sampling = ChatFolder.sampling
    sampling.seed = seed
    sampling.pattern = try ReplyPattern(pattern)
    return try TextGenerator(
      "the cat", mode: model.continuesText ? .plain : .chat, model: model.model, tokenizer: model.tokenizer,
      form: .recurrent, norms: model.model.norms, sampling: sampling, maximumTokens: maximumTokens)
  }

  @Test("Every finished reply matches, whatever is drawn", arguments: patterns, [true, false])
  func all(pattern: String, turns: Bool) throws {
    let folder = try ChatFolder(symbols: turns ? ChatFolder.symbols : [])
    let model = try folder.open()
    for seed in 1...15 as ClosedRange<UInt64> {
      var generator = try generator(model, pattern, seed: seed)
      var text = ""
      while let token = try generator.next() { text += token.text }
      guard case .finished = generator.ending else {
        Issue.record("\(pattern) has no end: '\(text)'")
        continue
      }
      #expect(try matches(pattern, text), "\(pattern) and '\(text)'")
    }
  }

  @Test("Engine and chat draw the same constrained tokens")
  func likeEngine() async throws {
    let folder = try ChatFolder()
    let model = try folder.open()
    for (index, pattern) in Self.patterns.enumerated() {
      var sampling = model.sampling
      sampling.seed = UInt64(index)
      sampling.pattern = try ReplyPattern(pattern)
      let engine = try Engine(
        model: model.model, tokenizer: model.tokenizer, norms: model.model.norms, sampling: sampling)
      try await engine.submit("the cat")
      var turnText = ""
      for try await result in engine.run() { turnText = result.turnText }
      let text = try await model.makeChat(seed: UInt64(index), sampling: sampling).reply(to: "the cat", maxTokens: 400)
      #expect(text == turnText)
      #expect(try matches(pattern, text))
    }
  }

  @Test("Probabilities with the pattern are those of the allowed tokens, summed one by one")
  func probabilities() throws {
    let folder = try ChatFolder()
    let model = try folder.open()
    let format = try ChatFormat(model.tokenizer)
    var generator = try generator(model, "(ab|ac)d?", seed: 4)
    var tokens: [ReplyToken] = []
    while let token = try generator.next() { tokens.append(token) }
    guard case .finished(let own?, let allowed?) = generator.ending else {
      Issue.record("no end")
      return
    }
    // By hand: a token is allowed if the text with it begins one of four texts.
    let texts = ["ab", "ac", "abd", "acd"]
    let inference = Inference(model.model)
    var state = model.model.makeState()
    var logits: [Float] = []
    for token in [format.bos] + format.prompt("the cat") {
      logits = Array(try inference.step(token, norms: model.model.norms, state: &state))
    }
    var written: [Int] = []
    func share(_ isAllowed: (Int) -> Bool) -> Double {
      let values = logits.map { exp(Double($0)) }
      return zip(values.indices, values).reduce(0) { $0 + (isAllowed($1.0) ? $1.1 : 0) } / values.reduce(0, +)
    }
    func bytes(_ tokens: [Int]) -> [UInt8] { model.tokenizer.decodeBytes(tokens) }
    func isAllowed(_ token: Int) -> Bool {
      guard token < model.tokenizer.vocabularySize else { return false }
      if token == format.user || token == format.end {
        return !written.isEmpty && texts.contains(String(decoding: bytes(written), as: UTF8.self))
      }
      if model.tokenizer.isControl(token) { return false }
      let after = bytes(written + [token])
      if after == bytes(written) { return written.isEmpty }
      return texts.contains { $0.utf8.starts(with: after) }
    }
    for token in tokens {
      #expect(isAllowed(token.token))
      let expected = log(share { $0 == token.token } / share(isAllowed))
      #expect(abs(token.allowedLogProbability - expected) < 1e-4)  // Float logits, exponentials to 2·10⁻⁷
      written.append(token.token)
      logits = Array(try inference.step(token.token, norms: model.model.norms, state: &state))
    }
    let end = share { $0 == format.user || $0 == format.end }
    #expect(abs(own - log(end)) < 1e-4)
    #expect(abs(allowed - log(end / share(isAllowed))) < 1e-4)
  }

  @Test("Without a pattern, both probabilities are equal")
  func none() async throws {
    let folder = try ChatFolder()
    for token in try await folder.open().makeChat(seed: 2).tokens("hello", maxTokens: 20) {
      #expect(token.allowedLogProbability == token.logProbability)
    }
  }

  @Test("A reply that nothing can end has its maximum length, and says so")
  func length() throws {
    let folder = try ChatFolder()
    var generator = try generator(try folder.open(), "a{30,}", seed: 1, maximumTokens: 5)
    var count = 0
    while try generator.next() != nil { count += 1 }
    #expect(count == 5)
    #expect(generator.ending == .length)
  }
}
