import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetText

@Suite("Models without chat symbols")
struct ContinuationTests {
  private func engine(_ tokenizer: Tokenizer, seed: UInt64 = 1) throws -> Engine {
    let model = RetNetModel.small(tokenizer)
    return try Engine(model: model, tokenizer: tokenizer, norms: model.norms, sampling: options(seed))
  }

  private func options(_ seed: UInt64) -> SamplingOptions {
    var options = SamplingOptions()
    options.seed = seed
    options.temperature = 1.5
    return options
  }

  private func run(_ engine: Engine, _ count: Int) async throws -> [StepResult] {
    var results: [StepResult] = []
    for try await result in engine.run(maximumTokens: count) { results.append(result) }
    return results
  }

  @Test("Text follows <s> unchanged, and the continuation is a turn that keeps its first space")
  func continuation() async throws {
    let tokenizer = try TrainedTokenizer.plain.get()
    let engine = try engine(tokenizer)
    #expect(engine.format.continuesText)
    try await engine.submit("the cat saw")
    let prompt = [1] + tokenizer.encode("the cat saw")
    let results = try await run(engine, 8)
    #expect(results.map(\.token).starts(with: prompt))
    #expect(
      results.map(\.role) == [.control] + prompt.dropFirst().map { _ in .user } + Array(repeating: .reply, count: 8))
    #expect(results.map(\.turn) == prompt.map { _ in 0 } + Array(repeating: 1, count: 8))
    #expect(results[prompt.count - 1].turnText == "the cat saw")
    let reply = results.suffix(8).map(\.token)
    var assembler = UTF8Assembler()
    #expect(results.last?.turnText == assembler.append(tokenizer.decodeBytes(reply, atStart: false)))
    // The next message continues the same text, without <s>.
    try await engine.submit("the dog")
    let next = try await run(engine, 3)
    #expect(next.map(\.token).starts(with: tokenizer.encode("the dog")))
    #expect(next.map(\.turn) == tokenizer.encode("the dog").map { _ in 2 } + [3, 3, 3])
  }

  @Test("A tokenizer with chat symbols also continues text on request")
  func byChoice() async throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    let engine = try Engine(
      model: model, tokenizer: tokenizer, norms: model.norms, sampling: options(1), continuesText: true)
    #expect(engine.format.continuesText)
    try await engine.submit("the cat saw")
    let results = try await run(engine, 8)
    #expect(results.map(\.token).starts(with: [1] + tokenizer.encode("the cat saw")))
    #expect(results.dropFirst().allSatisfy { !tokenizer.isControl($0.token) })
  }

  @Test("The reply equals that of TextGenerator for the same text and seed")
  func likeGenerator() async throws {
    let tokenizer = try TrainedTokenizer.plain.get()
    let model = RetNetModel.small(tokenizer)
    for seed in 1...5 as ClosedRange<UInt64> {
      let engine = try engine(tokenizer, seed: seed)
      try await engine.submit("where is the cat")
      let expected = try await run(engine, 20).filter { $0.role == .reply }
      var generator = try TextGenerator(
        "where is the cat", mode: .plain, model: model, tokenizer: tokenizer, form: .recurrent, norms: model.norms,
        sampling: options(seed))
      var steps: [TextGenerator.Step] = []
      while steps.count < 20, let step = try generator.next() { steps.append(step) }
      #expect(steps.map(\.token) == expected.map(\.token))
      #expect(steps.map(\.text).joined() == expected.last?.turnText ?? "")
    }
  }

  @Test("Without <s> and </s>, the text is first and the reply ends at the limit")
  func withoutSymbols() async throws {
    let tokenizer = try Repository.foreignTokenizer("bare")
    let model = RetNetModel.small(tokenizer)
    let engine = try engine(tokenizer)
    try await engine.submit("The river")
    let results = try await run(engine, 30)
    #expect(results.map(\.token).starts(with: tokenizer.encode("The river")))
    #expect(results.first?.role == .user)
    #expect(results.first?.logProbability == nil)
    #expect(results.count { $0.role == .reply } == 30)
    func begin(_ text: String) throws -> TextGenerator {
      try TextGenerator(
        text, mode: .plain, model: model, tokenizer: tokenizer, form: .parallel, norms: model.norms,
        sampling: options(1))
    }
    #expect(throws: EngineError.nothingToContinue) { _ = try begin("") }
    _ = try begin("x")
  }

  @Test("Rewinding and undoing a turn work as in a chat")
  func back() async throws {
    let engine = try engine(TrainedTokenizer.plain.get())
    try await engine.submit("the cat")
    let first = try await run(engine, 5)
    try await engine.submit("a dog")
    let second = try await run(engine, 5)
    let result = try #require(try await engine.back())
    #expect(result.state == second.dropLast().last?.state)
    #expect(try await engine.step()?.token == second.last?.token)
    let (before, turns) = try await engine.undoTurn()
    #expect(before?.state == first.last?.state)
    #expect(turns == 2)
    #expect(try await engine.undoTurn().turns == 0)
  }
}
