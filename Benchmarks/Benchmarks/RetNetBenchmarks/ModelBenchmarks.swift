import Benchmark
import RetNet

/// A whole model of the bundled shape, with weights that have learned nothing.
func modelBenchmarks() {
  Benchmark("Model, one recurrent step") { _, run in
    blackHole(run.step())
  } setup: {
    ModelRun()
  }

  for length in [256, 2048] {
    for form in [RetentionForm.parallel, .chunkwise(length: 64)] {
      Benchmark("Model, prompt of \(length) tokens, \(form)") { _, run in
        blackHole(run.read(length, form))
      } setup: {
        ModelRun()
      }
    }
  }

  Benchmark("Model, snapshot of the state") { _, run in
    blackHole(run.snapshot())
  } setup: {
    ModelRun()
  }
}

/// A model, and where it stands in a text.
private final class ModelRun {
  private let inference: Inference
  private var state: ModelState
  private var token = 0

  init() {
    var shape = ModelConfiguration(vocabularySize: 4096, modelDim: 256, layers: 6, heads: 8, feedForwardDim: 512)
    shape.tiedHead = true
    let model = RetNetModel(shape, seed: 1)
    inference = Inference(model)
    state = model.makeState()
  }

  /// Feeds one token more.
  func step() -> UnsafeBufferPointer<Float> {
    token = (token + 37) % 4096
    return succeeding { try inference.step(token, norms: inference.model.norms, state: &state) }
  }

  /// Feeds a text from its beginning, for the logits of its last token.
  func read(_ length: Int, _ form: RetentionForm) -> [Float] {
    let tokens = (0..<length).map { $0 * 37 % 4096 }
    var state = inference.model.makeState()
    return succeeding {
      try inference.logits([tokens], form: form, norms: inference.model.norms, state: &state, rows: .last)
    }
  }

  /// A copy with memory of its own in each layer.
  func snapshot() -> ModelState {
    var copy = state
    for layer in copy.layers.indices { copy.layers[layer].matrix[0] += 1 }
    return copy
  }

  private func succeeding<Result>(_ body: () throws -> Result) -> Result {
    do { return try body() } catch {
      fatalError("a model with finite weights reads tokens of its vocabulary: \(error)")
    }
  }
}
