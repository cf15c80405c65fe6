import Benchmark
import RetNet

/// One layer of Eq. 8, of the bundled model's shape, on 512 tokens: projections, rotation, retention, group norm, gate.
func layerBenchmarks() {
  let (modelDim, length) = (256, 512)
  for form in [RetentionForm.parallel, .recurrent, .chunkwise(length: 64)] {
    Benchmark("Layer forward, \(length) tokens, \(form)") { benchmark, input in
      let (layer, x, _) = input
      var state = layer.makeState(batch: 1)
      benchmark.startMeasurement()
      blackHole(layer(x, form: form, state: &state))
      benchmark.stopMeasurement()
    } setup: {
      layerInput(modelDim: modelDim, length: length)
    }
  }
  for form in [RetentionForm.parallel, .chunkwise(length: 64)] {
    Benchmark("Layer forward and gradients, \(length) tokens, \(form)") { _, input in
      let (layer, x, dOutput) = input
      blackHole(layer.gradients(x, dOutput: dOutput, batch: 1, form: form))
    } setup: {
      layerInput(modelDim: modelDim, length: length)
    }
  }
}

private func layerInput(modelDim: Int, length: Int) -> (layer: MultiScaleRetention, x: [Float], dOutput: [Float]) {
  (
    MultiScaleRetention(modelDim: modelDim, heads: 8, seed: 1), normalNumbers(length * modelDim, seed: 2),
    normalNumbers(length * modelDim, seed: 3)
  )
}
