import Benchmark
import RetNet

/// One layer of Eq. 8, of the bundled model's shape, on 512 tokens: projections, rotation, retention, group norm, gate.
func layerBenchmarks() {
  let (modelDim, length) = (256, 512)
  for form in [RetentionForm.parallel, .recurrent, .chunkwise(length: 64)] {
    Benchmark("Layer forward, \(length) tokens, \(form)") { benchmark, input in
      let (layer, x, _) = input
      var state = try layer.makeState(batch: 1)
      benchmark.startMeasurement()
      blackHole(try layer(x, form: form, state: &state))
      benchmark.stopMeasurement()
    } setup: {
      try layerInput(modelDim: modelDim, length: length)
    }
  }
  for form in [RetentionForm.parallel, .chunkwise(length: 64)] {
    Benchmark("Layer forward and gradients, \(length) tokens, \(form)") { _, input in
      let (layer, x, dOutput) = input
      blackHole(try layer.forward(x, form: form).backward(dOutput))
    } setup: {
      try layerInput(modelDim: modelDim, length: length)
    }
  }
}

private func layerInput(
  modelDim: Int, length: Int
) throws -> (layer: MultiScaleRetention, x: Tensor, dOutput: Tensor) {
  (
    try MultiScaleRetention(modelDim: modelDim, heads: 8, seed: 1), try Tensor(normal: [1, length, modelDim], seed: 2),
    try Tensor(normal: [1, length, modelDim], seed: 3)
  )
}
