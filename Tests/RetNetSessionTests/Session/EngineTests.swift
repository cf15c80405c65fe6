import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetText

@Suite("Engine")
struct EngineTests {
  /// A small model with random weights and the bundled tokenizer.
  static func engine(seed: UInt64 = 1) throws -> Engine {
    let tokenizer = try Tokenizer.load(from: Repository.model("chat/tokenizer.model"))
    var shape = ModelConfiguration(
      vocabularySize: tokenizer.vocabularySize, modelDim: 16, layers: 2, heads: 2, feedForwardDim: 16)
    shape.tiedHead = true
    var sampling = SamplingOptions()
    sampling.seed = seed
    return try Engine(
      model: RetNetModel(shape, seed: 9), tokenizer: tokenizer, norms: NormOptions(), sampling: sampling)
  }

  func steps(_ engine: Engine, _ count: Int) async throws -> [StepResult] {
    var results: [StepResult] = []
    for _ in 0..<count {
      guard let result = try await engine.step() else { break }
      results.append(result)
    }
    return results
  }

  @Test("A turn is read as <s> <|user|> text <|bot|>, one step per token, and its text is in the results")
  func prompt() async throws {
    let engine = try Self.engine()
    try await engine.submit("Hello there")
    let tokenizer = engine.tokenizer
    let format = try ChatFormat(tokenizer)
    let expected = [format.bos, format.user] + tokenizer.encode("Hello there") + [format.reply]
    let results = try await steps(engine, expected.count)
    #expect(results.map(\.token) == expected)
    #expect(results.map(\.position) == Array(1...expected.count))
    #expect(results[expected.count - 2].turnText == "Hello there")
    #expect(results.map(\.turn) == [0] + Array(repeating: 0, count: expected.count - 2) + [1])
    #expect(results[0].logProbability == nil)
    #expect(results.dropFirst().allSatisfy { ($0.logProbability ?? 1) < 0 })
  }

  @Test("Stepping back restores the bits of the state, and stepping again repeats the same token")
  func backAndAgain() async throws {
    let engine = try Self.engine()
    try await engine.submit("Hello")
    let results = try await steps(engine, 12)
    let then = try #require(results.last)
    for expected in results.dropLast().reversed().prefix(6) {
      let result = try #require(try await engine.back())
      #expect(result.state == expected.state)
      #expect(result.position == expected.position)
    }
    let again = try await steps(engine, 6)
    #expect(again.map(\.token) == results.suffix(6).map(\.token))
    #expect(again.last?.state == then.state)
  }

  @Test("Steps older than the snapshots are recomputed with the same bits")
  func replay() async throws {
    let engine = try Self.engine()
    var results: [StepResult] = []
    let long = String(repeating: "a long message of many words ", count: 30)
    try await engine.submit(long)
    results = try await steps(engine, 150)
    #expect(results.count == 150)
    for expected in results.dropLast().reversed().prefix(140) {
      let result = try #require(try await engine.back())
      #expect(result.position == expected.position)
      if result.position < 20 { #expect(result.state == expected.state) }
    }
    // The typed text is still pending.
    let again = try await steps(engine, 140)
    #expect(again.map(\.token) == results.suffix(140).map(\.token))
    #expect(again.last?.state == results.last?.state)
    for _ in 0..<149 { _ = try await engine.back() }
    #expect(try await engine.back() == nil)
    #expect(try await engine.back() == nil)
  }

  @Test("A step batch reads the tokens of single steps, and each step can be undone exactly")
  func stepBatches() async throws {
    let (single, together) = (try Self.engine(), try Self.engine())
    for engine in [single, together] { try await engine.submit("Hello there, how are you?") }
    let results = try await steps(single, 100)
    var passed: [TokenRecord] = []
    var ends: [StepResult] = []
    while passed.count < results.count {
      let left = results.count - passed.count
      let batch = await together.steps(for: .seconds(60), maximumReply: min(left, 40))
      guard case .more = batch.end, let result = batch.result else { break }
      passed += batch.passed + [result.record]
      ends.append(result)
    }
    #expect(passed.map(\.token) == results.map(\.token))
    #expect(passed.map(\.position) == results.map(\.position))
    #expect(passed.map(\.turn) == results.map(\.turn))
    #expect(passed.map(\.logProbability) == results.map(\.logProbability))
    #expect(passed.map(\.trace) == results.map(\.trace))
    for end in ends {
      #expect(end.state == results[end.position - 1].state)
      #expect(end.turnText == results[end.position - 1].turnText)
    }
    for expected in results.dropLast().reversed() {
      let result = try #require(try await together.back())
      #expect(result.position == expected.position)
      #expect(result.state == expected.state)
      #expect(result.candidates == expected.candidates)
      #expect(result.turnText == expected.turnText)
    }
  }

  @Test("A step batch ends at its limit, with a turn, with its time, and with the reply")
  func stretchEnds() async throws {
    let engine = try Self.engine()
    try await engine.submit("Hello there")
    let prompt = await engine.steps(for: .seconds(60)) { true }
    #expect(prompt.passed.isEmpty)
    #expect(prompt.result?.position == 1)
    let turn = await engine.steps(for: .seconds(60))
    #expect(turn.result?.turn == 0)
    #expect(turn.result?.turnText == "Hello there")
    #expect(await engine.steps(for: .zero).result?.turn == 1)
    let reply = await engine.steps(for: .seconds(60), maximumReply: 7)
    #expect(reply.passed.count == 6)
    #expect(reply.passed.allSatisfy { $0.role == .reply })
    await engine.endReply()
    let none = await engine.steps(for: .seconds(60))
    guard case .replyEnded = none.end else {
      Issue.record("there is no pending token, but the step batch continues")
      return
    }
    #expect(none.result == nil)
    #expect(none.passed.isEmpty)
  }

  @Test("Undoing a turn restores the state before it")
  func undoTurn() async throws {
    let engine = try Self.engine()
    try await engine.submit("One")
    let first = try await steps(engine, 10)
    await engine.endReply()
    try await engine.submit("Two")
    _ = try await steps(engine, 8)
    let (result, turns) = try await engine.undoTurn()
    #expect(result?.state == first.last?.state)
    #expect(turns == 2)
    #expect(await engine.isReplying == false)
    let (start, none) = try await engine.undoTurn()
    #expect(start == nil)
    #expect(none == 0)
  }

  @Test("A norm change applies from the next token, to the whole past")
  func norms() async throws {
    let (switched, plain) = (try Self.engine(), try Self.engine())
    for engine in [switched, plain] {
      try await engine.submit("Hello there")
      _ = try await steps(engine, 3)
    }
    await switched.setNorms(
      NormOptions(retention: RetentionNorms(norm1: true, norm2: true, norm3: .paper), group: .off))
    let result = try #require(try await switched.step())
    let other = try #require(try await plain.step())
    #expect(result.trace.layers[0].rowScale.allSatisfy { $0 < 1 })
    #expect(other.trace.layers[0].rowScale.allSatisfy { $0 == 1 })
    #expect(result.state.layers[0] == other.state.layers[0], "the first layer's state is raw, whatever is on")
    #expect(result.entropy != other.entropy)
  }

  @Test("The same seed gives the same reply, another seed another")
  func seeds() async throws {
    var replies: [[Int]] = []
    for seed: UInt64 in [1, 1, 2] {
      let engine = try Self.engine(seed: seed)
      try await engine.submit("Hello")
      replies.append(try await steps(engine, 30).map(\.token))
    }
    #expect(replies[0] == replies[1])
    #expect(replies[0] != replies[2])
  }

  @Test("A stream ends after the requested number of reply tokens, and keeps the received ones")
  func stream() async throws {
    let engine = try Self.engine()
    try await engine.submit("Hello")
    var replied = 0
    for try await result in engine.run(maximumTokens: 5) where result.role == .reply { replied += 1 }
    #expect(replied <= 5)
    #expect(await engine.isReplying == false)
    #expect(await engine.tokens.count >= 4)
  }

  @Test("An empty message and a reset")
  func emptyAndReset() async throws {
    let engine = try Self.engine()
    await #expect(throws: EngineError.emptyMessage) { try await engine.submit("  \n") }
    try await engine.submit("Hello")
    let before = try await steps(engine, 8)
    await engine.reset()
    #expect(await engine.tokens.isEmpty)
    try await engine.submit("Hello")
    #expect(try await steps(engine, 8).map(\.token) == before.map(\.token))
  }
}
