import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetSession

@Suite("Laboratory requests")
struct LaboratoryTests {
  @Test("Each request has its result")
  func answers() throws {
    let laboratory = LaboratoryFixture(tokens: 12).laboratory()
    guard case .forms(let forms) = try laboratory.result(.forms(layer: 0, head: 2, chunkLength: 5)),
      case .norms(let norms) = try laboratory.result(.norms(.all, layer: 1))
    else {
      Issue.record("a reading of another kind")
      return
    }
    #expect(forms.layer == 0)
    #expect(forms.head == 2)
    #expect(forms.chunkLength == 5)
    #expect(forms.tokens.count == 12)
    #expect(norms.layer == 1)
    #expect(norms.chosen == .all)
  }

  @Test("A layer or head outside of the model, a chunk without tokens and a session without any are refused")
  func refusals() {
    let fixture = LaboratoryFixture(tokens: 3)
    func refused(_ request: AnalysisRequest, tokens: [Int] = fixture.tokens, as error: LaboratoryError) {
      let laboratory = Laboratory(model: fixture.model, tokens: tokens, norms: fixture.model.norms)
      #expect(throws: error) { try laboratory.result(request) }
    }
    refused(.forms(layer: 2, head: 0, chunkLength: 4), as: .layer(2, layers: 2))
    refused(.norms(.all, layer: -1), as: .layer(-1, layers: 2))
    refused(.precision(layer: 0, head: 3), as: .head(3, heads: 3))
    refused(.forms(layer: 0, head: -1, chunkLength: 4), as: .head(-1, heads: 3))
    refused(.costs(layer: 0, chunkLength: 0), as: .chunkLength(0))
    refused(.forms(layer: 0, head: 0, chunkLength: -2), as: .chunkLength(-2))
    refused(.norms(.all, layer: 0), tokens: [], as: .noTokens)
    #expect(
      LaboratoryError.layer(2, layers: 2).description
        == "There is no layer 2: the model has layers 0 to 1. Choose one of them.")
    #expect(throws: ModelError.tokenOutOfRange(token: 29, index: 1, vocabularySize: 29)) {
      let laboratory = Laboratory(model: fixture.model, tokens: [1, 29], norms: fixture.model.norms)
      return try laboratory.result(.forms(layer: 0, head: 0, chunkLength: 4))
    }
  }

  /// An engine over a small model.
  private func engine() throws -> Engine {
    let tokenizer = try TrainedTokenizer.unigram.get()
    let model = RetNetModel.small(tokenizer)
    return try Engine(model: model, tokenizer: tokenizer, norms: model.norms, sampling: SamplingOptions())
  }

  @Test("An engine analyses the tokens of its session")
  func answers() async throws {
    let engine = try engine()
    await #expect(throws: LaboratoryError.noTokens) {
      try await engine.laboratory(.forms(layer: 0, head: 0, chunkLength: 4))
    }
    try await engine.submit("Hello there")
    for _ in 0..<6 { _ = try await engine.step() }
    guard case .forms(let found) = try await engine.laboratory(.forms(layer: 1, head: 1, chunkLength: 4)) else {
      Issue.record("a reading of another kind")
      return
    }
    #expect(await found.tokens == engine.tokens)
    #expect(found.tokens.count == 6)
  }

  @Test("Every analysis ends if its task is cancelled")
  func cancellation() async throws {
    let engine = try engine()
    try await engine.submit("Hello there")
    for _ in 0..<6 { _ = try await engine.step() }
    for request in [
      AnalysisRequest.precision(layer: 0, head: 0), .norms(.all, layer: 0), .forms(layer: 0, head: 0, chunkLength: 4),
      .costs(layer: 0, chunkLength: 64),
    ] {
      let reading = Task { try await engine.laboratory(request) }
      reading.cancel()
      await #expect(throws: CancellationError.self) { try await reading.value }
    }
  }
}
