import Benchmark
import RetNet

/// The bundled chat model: a recurrent step, prompts, and a copy of the state.
func modelBenchmarks() {
  Benchmark("Model, one recurrent step") { _, run in
    blackHole(try run.step())
  } setup: {
    try ModelRun()
  }

  for length in [256, 2048] {
    for form in [RetentionForm.parallel, .chunkwise(length: 64)] {
      Benchmark("Model, prompt of \(length) tokens, \(form)") { _, run in
        blackHole(try run.read(length, form))
      } setup: {
        try ModelRun()
      }
    }
  }

  Benchmark("Model, one step from a copy of the state") { _, run in
    blackHole(try run.snapshot())
  } setup: {
    try ModelRun()
  }
}

/// A model with a state.
private final class ModelRun {
  private let inference: Inference
  private var state: ModelState
  private var logits: [Float]
  private var token = 0

  init() throws {
    inference = try Inference(model: RetNetModel(contentsOf: bundledModel))
    state = try inference.makeState()
    logits = Array(repeating: 0, count: inference.model.configuration.vocabularySize)
  }

  /// Computes one token.
  func step() throws -> Float {
    token = (token + 37) % logits.count
    try inference.step(token, state: &state, into: &logits)
    return logits[0]
  }

  /// Computes a text from an empty state, with the logits of its last token.
  func read(_ length: Int, _ form: RetentionForm) throws -> Tensor {
    let tokens = (0..<length).map { $0 * 37 % logits.count }
    var state = try inference.makeState()
    return try inference.logits(of: [tokens], form: form, rows: .last, state: &state)
  }

  /// Computes a step on a copy of the state, which forces a copy of every layer's arrays.
  func snapshot() throws -> Float {
    var copy = state
    try inference.step(token, state: &copy, into: &logits)
    return logits[0]
  }
}
