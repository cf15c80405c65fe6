import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetText

@Suite("Text generator")
struct TextGeneratorTests {
  private func options(seed: UInt64) -> SamplingOptions {
    var options = SamplingOptions()
    options.seed = seed
    options.temperature = 1.5
    return options
  }

  private func steps(_ generator: consuming TextGenerator, _ count: Int) throws -> [TextGenerator.Step] {
    var generator = generator
    var steps: [TextGenerator.Step] = []
    while steps.count < count, let step = try generator.next() { steps.append(step) }
    return steps
  }

  @Test("A reply equals the engine's with the same seed, token by token")
  func likeEngine() async throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    for seed in 1...5 as ClosedRange<UInt64> {
      let engine = try Engine(
        model: model, tokenizer: tokenizer, norms: model.norms, sampling: options(seed: seed))
      try await engine.submit("where is the cat?")
      var expected: [StepResult] = []
      for try await result in engine.run(maximumTokens: 20) where result.role == .reply { expected.append(result) }
      let found = try steps(
        TextGenerator(
          "where is the cat?", mode: .chat, model: model, tokenizer: tokenizer, form: .recurrent, norms: model.norms,
          sampling: options(seed: seed)), 20)
      #expect(found.map(\.token) == expected.map(\.token))
      // The generator reads the prompt in chunks, the engine token by token: Float32 rounds differently.
      #expect(maxRelativeError(found.map(\.logProbability), expected.map { Double($0.logProbability ?? 0) }) < 1e-4)
      #expect(found.map(\.text).joined() == expected.last?.turnText ?? "")
      // The engine reports the entropy of the next token.
      let entropies = expected.dropLast().map { Double($0.entropy) }
      #expect(maxRelativeError(found.dropFirst().map(\.entropy), entropies) < 1e-4)
    }
  }

  @Test("The joined texts are the decoded tokens in complete characters, without symbols or tokens without a piece")
  func wholeCharacters() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    for seed in 1...20 as ClosedRange<UInt64> {
      var sampling = options(seed: seed)
      sampling.topK = 0
      sampling.topP = 1
      sampling.temperature = 10
      let found = try steps(
        TextGenerator(
          "", mode: .plain, model: model, tokenizer: tokenizer, form: .chunkwise(length: 4), norms: model.norms,
          sampling: sampling), 40)
      let tokens = found.map(\.token)
      #expect(tokens.allSatisfy { $0 < tokenizer.vocabularySize && !tokenizer.isControl($0) })
      var assembler = UTF8Assembler()
      #expect(found.map(\.text).joined() == assembler.append(tokenizer.decodeBytes(tokens)))
    }
  }

  @Test("An empty message is refused; an empty initial text is not")
  func empty() throws {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    func begin(_ mode: TextGenerator.Mode) throws -> TextGenerator {
      try TextGenerator(
        " ", mode: mode, model: model, tokenizer: tokenizer, form: .parallel, norms: model.norms,
        sampling: SamplingOptions())
    }
    #expect(throws: EngineError.emptyMessage) { _ = try begin(.chat) }
    _ = try begin(.plain)
  }
}
