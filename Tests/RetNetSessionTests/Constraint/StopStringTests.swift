import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetText

@Suite("Stop strings")
struct StopStringTests {
  /// The text before the stop string that is complete first, by a plain search; nil if there is none.
  private static func plainCut(_ text: String, _ stops: [String]) -> String? {
    let bytes = Array(text.utf8)
    for end in 0...bytes.count {
      let lengths = stops.map { Array($0.utf8) }.filter { bytes[..<end].reversed().starts(with: $0.reversed()) }
      guard let longest = lengths.map(\.count).max() else { continue }
      return String(decoding: bytes[..<(end - longest)], as: UTF8.self)
    }
    return nil
  }

  /// Random stop strings: parts of a text, and parts with another end.
  private static func stops(in text: String, _ random: inout SeededGenerator) -> [String] {
    let scalars = Array(text.unicodeScalars)
    return (0..<Int.random(in: 1...3, using: &random)).map { _ in
      let length = min(Int.random(in: 1...6, using: &random), scalars.count)
      let start = Int.random(in: 0...scalars.count - length, using: &random)
      let part = String(String.UnicodeScalarView(scalars[start..<start + length]))
      return Bool.random(using: &random) ? part : part + "~"
    }
  }

  /// Sampling values with which every piece can be drawn, but no byte of a longer character: a reply has no U+FFFD.
  private static func sampling(_ model: ChatModel) -> SamplingOptions {
    var sampling = model.sampling
    for token in 0..<model.tokenizer.vocabularySize {
      let bytes = model.tokenizer.bytes(of: token, atStart: false)
      if bytes.contains(where: { $0 >= 0x80 }) { sampling.logitBias[token] = -100 }
    }
    return sampling
  }

  @Test(
    "A reply ends before the first stop string, as a plain search in the whole text finds it", arguments: [true, false])
  func cut(turns: Bool) async throws {
    let folder = try ChatFolder(symbols: turns ? ChatFolder.symbols : [])
    let model = try folder.open()
    var random = SeededGenerator(seed: 5)
    var found = (cut: 0, whole: 0)
    for seed in 1...40 as ClosedRange<UInt64> {
      var sampling = Self.sampling(model)
      let whole = try await model.makeChat(seed: seed, sampling: sampling).reply(to: "the cat", maxTokens: 30)
      guard !whole.isEmpty else { continue }
      sampling.stop = Self.stops(in: whole, &random)
      let expected = Self.plainCut(whole, sampling.stop)
      let chat = try model.makeChat(seed: seed, sampling: sampling)
      var (text, tokens): (String, [Int]) = ("", [])
      for try await token in chat.respond(to: "the cat", maxTokens: 30) {
        text += token.text
        tokens.append(token.token)
        #expect((expected ?? whole).hasPrefix(text), "streamed '\(text)', stops \(sampling.stop)")
      }
      #expect(text == expected ?? whole, "stops \(sampling.stop)")
      if expected == nil { found.whole += 1 } else { found.cut += 1 }

      // The state is that of the reply's tokens, read one by one.
      let inference = Inference(model.model)
      var state = model.model.makeState()
      for token in model.format.prompt("the cat", isFirst: true, model.tokenizer).map(\.token) + tokens {
        _ = try inference.step(token, norms: model.model.norms, state: &state)
      }
      #expect(await chat.state.retention == state)
    }
    #expect(found.cut > 5)
    #expect(found.whole > 5)
  }

  @Test("Engine, chat and text generator end at the same token, and a second turn follows it")
  func likeEngine() async throws {
    let folder = try ChatFolder()
    let model = try folder.open()
    var random = SeededGenerator(seed: 9)
    var cuts = 0
    for seed in 1...20 as ClosedRange<UInt64> {
      var sampling = Self.sampling(model)
      let whole = try await model.makeChat(seed: seed, sampling: sampling).reply(to: "the cat", maxTokens: 30)
      sampling.seed = seed
      sampling.stop = Self.stops(in: whole + " ", &random)
      if Self.plainCut(whole, sampling.stop) != nil { cuts += 1 }
      let engine = try Engine(
        model: model.model, tokenizer: model.tokenizer, norms: model.model.norms, sampling: sampling)
      let chat = try model.makeChat(seed: seed, sampling: sampling)
      for message in ["the cat", "and the dog?"] {
        let tokens = try await chat.tokens(message, maxTokens: 30).map(\.token)
        try await engine.submit(message)
        let before = await engine.tokens.count
        let batches = await Self.steps(engine)
        let prompt = model.format.prompt(message, isFirst: before == 0, model.tokenizer)
        #expect(await Array(engine.tokens.dropFirst(before)) == prompt.map(\.token) + tokens)
        let last = batches.last { $0.result != nil }?.result
        #expect(await chat.state.retention == last?.state)
        #expect(last?.position == before + prompt.count + tokens.count)
        for batch in batches {
          guard let end = batch.result?.position else { continue }
          #expect(batch.passed.map(\.position) == Array((end - batch.passed.count)..<end))
        }
      }
      var generator = try TextGenerator(
        "the cat", mode: .chat, model: model.model, tokenizer: model.tokenizer, form: .recurrent,
        norms: model.model.norms, sampling: sampling, maximumTokens: 30)
      var text = ""
      while let token = try generator.next() { text += token.text }
      #expect(text == Self.plainCut(whole, sampling.stop) ?? whole)
    }
    #expect(cuts > 5)
  }

  /// The batches of a reply of at most 30 tokens.
  private static func steps(_ engine: Engine) async -> [StepBatch] {
    var (batches, left): ([StepBatch], Int) = ([], 30)
    while left > 0 {
      let batch = await engine.steps(for: .milliseconds(25), maximumReply: left)
      batches.append(batch)
      left -= batch.replyTokens
      guard case .more = batch.end else { break }
    }
    return batches
  }

  @Test("Going back after a cut restores the state before each token, and the recorded session opens again")
  func timeTravel() async throws {
    let folder = try ChatFolder()
    let model = try folder.open()
    var sampling = Self.sampling(model)
    sampling.seed = 3
    let whole = try await model.makeChat(seed: 3, sampling: sampling).reply(to: "the cat", maxTokens: 30)
    sampling.stop = [String(whole.unicodeScalars.dropFirst(5).prefix(3))]
    let engine = try Engine(
      model: model.model, tokenizer: model.tokenizer, norms: model.model.norms, sampling: sampling)
    try await engine.submit("the cat")
    let end = await Self.steps(engine).last?.result
    let file = SessionFile.Model(name: "m", sha256: "0")
    let recording = await engine.recording(file)
    #expect(recording.branches.count == 1)
    _ = try await engine.go(to: 3)
    #expect(try await engine.go(to: .max)?.state == end?.state)
    let other = try Engine(
      model: model.model, tokenizer: model.tokenizer, norms: model.model.norms, sampling: SamplingOptions())
    try await other.open(SessionFile(json: recording.json()), sha256: "0")
    #expect(try await other.go(to: .max)?.state == end?.state)
    #expect(await other.sampling.stop == sampling.stop)
  }

  @Test(
    "The held back end is the longest possible beginning of a stop string",
    arguments: [
      (["abc"], "xab", 2), (["abc"], "xabc", 0), (["abab"], "abab", 3), (["b", "bcd"], "abc", 2),
      (["→"], "a\u{2192}", 0),
      ([], "abc", 0), (["abc"], "", 0), (["aab"], "aaa", 2),
    ])
  func held(stops: [String], text: String, count: Int) {
    #expect(StopStrings(stops).heldCount(of: Array(text.utf8)) == (stops == ["abab"] ? 2 : count))
    #expect(StopStrings(stops).settled(text).utf8.count == text.utf8.count - (stops == ["abab"] ? 2 : count))
  }

  @Test("Escapes are read and written")
  func escapes() {
    #expect(StopStrings.unescaped(#"\nU:\t\\n\x"#) == "\nU:\t\\n\\x")
    for text in ["\nU:", "a\\n", "\t\\", "plain"] { #expect(StopStrings.unescaped(StopStrings.escaped(text)) == text) }
  }

  @Test(
    "Wrong stop strings are refused",
    arguments: [[""], Array(repeating: "a", count: 65), [String(repeating: "a", count: 1001)]])
  func wrong(stops: [String]) throws {
    let folder = try ChatFolder()
    let model = try folder.open()
    var sampling = model.sampling
    sampling.stop = stops
    #expect(throws: ChatError.self) { try model.makeChat(seed: 1, sampling: sampling) }
  }

  @Test("Pieces spell any text, the longest first")
  func spelling() throws {
    for result in [TrainedTokenizer.unigram, TrainedTokenizer.bpe] {
      let tokenizer = try result.get()
      #expect(tokenizer.hasAllBytes)
      for text in ["the cat", " saw", "é→😀", "cat\n", ""] {
        #expect(tokenizer.decodeBytes(tokenizer.spelling(text.utf8), atStart: false) == Array(text.utf8))
      }
      let token = try #require(tokenizer.encode("the").first)
      #expect(
        tokenizer.spelling(" the".utf8).first.map { tokenizer.piece($0).count } ?? 0 >= tokenizer.piece(token).count)
    }
  }
}
