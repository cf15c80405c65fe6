import Testing

@testable import RetNet
@testable import RetNetAnalysis

@Suite("Memory of the laboratory")
struct LaboratoryMemoryTests {
  private static func laboratory(keyDim: Int, valueDim: Int, tokens: Int) -> Laboratory {
    let shape = ModelConfiguration(
      vocabularySize: 29, modelDim: 8, layers: 1, heads: 2, keyDim: keyDim, valueDim: valueDim, feedForwardDim: 8)
    let model = RetNetModel(shape, seed: 3)
    return Laboratory(model: model, tokens: VerificationTests.tokens(tokens), norms: model.norms)
  }

  /// o of 32 tokens and its bound, in Double, are 2 · 8 · 32 · 2¹⁷ bytes, which is 64 MiB.
  private static let wide = laboratory(keyDim: 8, valueDim: 1 << 17, tokens: 32)

  @Test(
    "A request that does not fit into the available memory is refused, with a remedy",
    arguments: [
      (AnalysisRequest.forms(layer: 0, head: 0, chunkLength: 16), "comparison of the forms on 32 tokens", ":goto"),
      (.norms(wide.norms, layer: 0), "comparison of the norms on 32 tokens", ":goto"),
      (.precision(layer: 0, head: 0), "comparison of the errors", ":model"),
      (.costs(layer: 0, chunkLength: 16), "measurement of the costs", ":model"),
    ])
  func refusals(request: AnalysisRequest, purpose: String, remedy: String) throws {
    let error = try #require(throws: RetNetError.self) {
      _ = try Self.wide.result(request, available: 64 * 1024 * 1024)
    }
    #expect(error.description.hasPrefix("The memory for the \(purpose) is "), "\(error)")
    #expect(error.description.contains("at most the 64 MiB that are available: "), "\(error)")
    #expect(error.description.contains(remedy), "\(error)")
  }

  @Test("The same request is computed if there is enough memory")
  func enough() throws {
    let request = AnalysisRequest.forms(layer: 0, head: 0, chunkLength: 16)
    guard case .forms(let forms) = try Self.wide.result(request, available: 256 * 1024 * 1024) else {
      Issue.record("a result of another kind")
      return
    }
    #expect(forms.time == 32)
  }

  @Test("The states after many tokens are refused with a shorter text as the remedy, which fits")
  func manyStates() throws {
    // S of one head is 4 · 256 · 1024 bytes, 1 MiB, once for each token and chunk.
    func result(tokens: Int) throws -> AnalysisResult {
      try Self.laboratory(keyDim: 512, valueDim: 2048, tokens: tokens)
        .result(.forms(layer: 0, head: 0, chunkLength: 50), available: 80 * 1024 * 1024)
    }
    let error = try #require(throws: RetNetError.self) { _ = try result(tokens: 100) }
    #expect(error.description.contains("go to an earlier token (:goto)"), "\(error)")
    _ = try result(tokens: 20)
  }
}
