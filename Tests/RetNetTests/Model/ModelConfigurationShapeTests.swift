import Testing

@testable import RetNet

@Suite("Model configuration")
struct ModelConfigurationShapeTests {
  @Test("A head has its share of the key and value widths")
  func headWidths() {
    let shape = ModelConfiguration(vocabularySize: 10, modelDim: 64, layers: 1, heads: 4, feedForwardDim: 32)
    #expect(shape.headDim == 16)
    #expect(shape.headValueDim == 32)
  }
}
