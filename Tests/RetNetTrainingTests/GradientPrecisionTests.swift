import Testing

@testable import RetNet
@testable import RetNetTraining

@Suite("Gradients of bfloat16 products")
struct GradientPrecisionTests {
  @Test("A model's gradients differ from those of Float32 by rounding errors only")
  func gradients() {
    let configuration = ModelConfiguration(
      vocabularySize: 50, modelDim: 32, layers: 2, heads: 4, valueDim: 64, feedForwardDim: 48)
    let model = RetNetModel(configuration, seed: 3)
    let tokens = (0..<60).map { Int32($0 * 7 % 50) }
    let results = ProductPrecision.allCases.map { precision in
      let worker = GradientWorker(configuration, form: .chunkwise(length: 16), precision: precision)
      let gradients = Buffer<Float>(count: model.parameterCount)
      var states: [ModelState?] = []
      let loss = worker.lossAndGradients(
        tokens: tokens, targets: tokens.dropFirst() + [1], lengths: [40, 20], states: &states,
        parameters: model.parameters.block!, gradients: gradients.pointer, lossScale: 1)
      return (loss: loss.nats, gradients: (0..<gradients.count).map { Double(gradients.pointer[$0]) })
    }
    let (exact, rough) = (results[0], results[1])
    // Each factor's relative error is at most 2⁻⁸ and has either sign, so that most of it cancels in sums.
    #expect(rough.loss != exact.loss)
    #expect(abs(rough.loss - exact.loss) < 0x1p-8 * exact.loss)
    for entry in model.architecture.layout.entries {
      let range = entry.offset..<entry.offset + entry.count
      let difference = range.reduce(0) { sum, i in
        let d = rough.gradients[i] - exact.gradients[i]
        return sum + d * d
      }
      let square = range.reduce(0) { $0 + exact.gradients[$1] * exact.gradients[$1] }
      #expect(difference < square * 0x1p-10, "\(entry.name)")
    }
  }
}
