import RetNet

extension CostComparison {
  /// Lengths of the measured texts.
  package static let lengths = [64, 256, 1024, 2048]

  /// Bytes that a form needs in addition to q, k, v and o for n tokens and H heads, on one thread:
  ///
  ///     recurrent    H (4 d_k d_v + 8 d_k + 8)                   S in Float32, z and c in Double
  ///     parallel     4 n² + 4 n d_k + 4 H (n + 1) + those        QKᵀ ⊙ D and K ⊙ ζ of one head at a time; powers of γ
  ///     chunkwise    as parallel, with the chunk's tokens in place of n
  static func bytes(_ form: RetentionForm, tokens n: Int, heads: Int, headDim: Int, valueDim: Int) -> Int {
    let state = heads * (4 * headDim * valueDim + 8 * headDim + 8)
    func atOnce(_ c: Int) -> Int { 4 * c * c + 4 * c * headDim + 4 * heads * (c + 1) }
    return switch form {
    case .recurrent: state
    case .parallel: atOnce(n) + state
    case .chunkwise(let length): atOnce(min(length, n)) + state
    }
  }
}

extension Laboratory {
  /// Measures the cost of each form in one layer, on random q, k and v.
  ///
  /// - Parameter seconds: the budget for all measurements; each runs at least once.
  /// - Throws: `CancellationError`.
  func costs(
    layer: Int, chunkLength: Int, lengths: [Int] = CostComparison.lengths, seconds: Double = 2
  ) throws -> CostComparison {
    let retention = model.architecture.blocks[layer].retention
    let (heads, headDim, valueDim) = (retention.heads, retention.headDim, retention.valueDim)
    let count = OperationCount(model)
    let cases = lengths.flatMap { length in
      [RetentionForm.parallel, .chunkwise(length: chunkLength), .recurrent].map { (form: $0, length: length) }
    }
    let rows = heads * (lengths.max() ?? 0)
    var generator = SeededGenerator(seed: 1)
    func random(_ columns: Int) -> [Float] { (0..<rows * columns).map { _ in Float(generator.nextNormal()) } }
    let (q, k, v) = (random(headDim), random(headDim), random(valueDim))
    let retain = BatchedRetention<Float>(decay: Decay(heads: retention.heads), headDim: headDim, valueDim: valueDim)
    let samples = try TimedRounds.run(
      cases.map { form, length in
        // Every length uses a prefix of the same random numbers.
        let (q, k) = (Array(q.prefix(heads * length * headDim)), Array(k.prefix(heads * length * headDim)))
        let v = Array(v.prefix(heads * length * valueDim))
        return TimedRounds.Trial(kind: "\(form), \(length)") {
          try Task.checkCancellation()
          var state = retain.makeState(batch: 1)
          return Stopwatch.seconds {
            _ = retain(q: q, k: k, v: v, form: form, norms: norms.retention, state: &state)
          }
        }
      }, seconds: seconds, most: 9)
    return CostComparison(
      layer: layer, heads: heads, headDim: headDim, valueDim: valueDim, chunkLength: chunkLength,
      rows: zip(cases, samples).compactMap { measured, samples in
        samples.map {
          CostComparison.Row(
            form: measured.form, length: measured.length,
            operations: count.retentionOfLayer(measured.form, tokens: measured.length),
            bytes: CostComparison.bytes(
              measured.form, tokens: measured.length, heads: heads, headDim: headDim, valueDim: valueDim),
            seconds: $0.median)
        }
      })
  }
}
