import Testing

@testable import RetNet

@Suite("Memory of whole texts")
struct InferenceMemoryTests {
  @Test("A text that is too long for the available memory is refused, unless earlier texts left enough scratch memory")
  func reuse() throws {
    let shape = ModelConfiguration(vocabularySize: 5, modelDim: 4, layers: 1, heads: 1, feedForwardDim: 4)
    let inference = Inference(RetNetModel(shape, seed: 1))
    // 4,300² scores of 4 bytes are 70.5 MiB.
    let (long, longer) = (Array(repeating: 1, count: 4300), Array(repeating: 1, count: 8600))
    func read(_ tokens: [Int], mebibytes: Double) throws {
      inference.availableMemory = { mebibytes * 1024 * 1024 }
      var state = inference.model.makeState()
      _ = try inference.logits([tokens], form: .parallel, norms: NormOptions(), state: &state, rows: .last)
    }
    #expect(throws: ModelError.self) { try read(long, mebibytes: 70) }
    try read(long, mebibytes: 140)
    try read(long, mebibytes: 1)
    // Four times as much does not fit.
    #expect(throws: ModelError.self) { try read(longer, mebibytes: 140) }
  }
}
