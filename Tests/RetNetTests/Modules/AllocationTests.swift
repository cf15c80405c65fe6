import CAllocationCounter
import Testing

@testable import RetNet

/// Only in optimised builds: unoptimised code allocates closures and copies of arrays on the heap.
@Suite("Steps allocate no memory", .enabled(if: isOptimised && retnet_allocations_of_thread() >= 0))
struct AllocationTests {
  @Test("The counter counts")
  func counter() {
    let before = retnet_allocations_of_thread()
    let buffers = (0..<10).map { Buffer<Float>(count: 8 + $0) }
    #expect(retnet_allocations_of_thread() >= before + 10)
    withExtendedLifetime(buffers) {}
  }

  @Test("A layer computed token by token, with every norm")
  func stepper() throws {
    let layer = try MultiScaleRetention(modelDim: 32, heads: 4, seed: 1)
    let norms = NormOptions(retention: RetentionNorms(norm2: true, norm3: .paper))
    let stepper = try RetentionStepper(layer, norms: norms)
    let x = try Tensor(normal: [32], seed: 2).values
    var y = [Float](repeating: 0, count: 32)
    for _ in 0..<3 { try stepper.step(x, into: &y) }
    let before = retnet_allocations_of_thread()
    for _ in 0..<20 { try stepper.step(x, into: &y) }
    #expect(retnet_allocations_of_thread() - before == 0)
  }

  @Test("A language model")
  func model() throws {
    let shape = ModelConfiguration(vocabularySize: 50, modelDim: 32, layers: 2, heads: 4, feedForwardDim: 48)
    let inference = try Inference(model: RetNetModel(shape, seed: 1))
    var state = try inference.makeState()
    var logits = [Float](repeating: 0, count: 50)
    for token in 0..<3 { try inference.step(token, state: &state, into: &logits) }
    let before = retnet_allocations_of_thread()
    for token in 0..<20 { try inference.step(token, state: &state, into: &logits) }
    #expect(retnet_allocations_of_thread() - before == 0)
  }
}

private let isOptimised: Bool = {
  #if DEBUG
    false
  #else
    true
  #endif
}()
