import Benchmark
import Foundation
import RetNet

/// Eqs. 5, 6 and 7 without projections, on the heads of one layer of the bundled model: 8 with d_k = 32 and d_v = 64.
func retentionBenchmarks() {
  for length in [256, 1024, 2048] {
    retention(.parallel, length: length)
    retention(.recurrent, length: length)
    retention(.chunkwise(length: 64), length: length)
  }
  for chunkLength in [16, 32, 128, 256] { retention(.chunkwise(length: chunkLength), length: 2048) }

  // The cost of norms 2 and 3, which need two sums in addition to the state.
  let norms = RetentionNorms(norm1: true, norm2: true, norm3: .paper)
  for form in [RetentionForm.parallel, .recurrent, .chunkwise(length: 64)] {
    retention(form, length: 1024, norms: norms, suffix: ", norms 1 to 3")
  }
}

private func retention(
  _ form: RetentionForm, length: Int, norms: RetentionNorms = RetentionNorms(), suffix: String = ""
) {
  let (heads, headDim, valueDim) = (8, 32, 64)
  Benchmark("Retention, \(length) tokens, \(form)\(suffix)") { benchmark, input in
    let gammas = (0..<heads).map { 1 - exp2(-5 - Double($0)) }
    let retention = try Retention(gammas: gammas, headDim: headDim, valueDim: valueDim)
    var state = try retention.makeState()
    benchmark.startMeasurement()
    blackHole(try retention(q: input.q, k: input.k, v: input.v, form: form, norms: norms, state: &state))
    benchmark.stopMeasurement()
  } setup: {
    (
      q: try Tensor(normal: [1, heads, length, headDim], seed: 1),
      k: try Tensor(normal: [1, heads, length, headDim], seed: 2),
      v: try Tensor(normal: [1, heads, length, valueDim], seed: 3)
    )
  }
}
