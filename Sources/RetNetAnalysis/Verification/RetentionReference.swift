import RetNet

/// Retention of one head by Eq. 4, summed term by term in Double. The forms are compared with it.
///
///     o_n = f_n Σ_{m≤n} γ^(n−m) (q_n·k_m) v_m
///
/// It shares only γ^n with the forms. Memory grows with the length of the text, work with its square.
final class RetentionReference {
  private let keys = GrowingBuffer<Double>()
  private let values = GrowingBuffer<Double>()
  private let powers = GrowingBuffer<Double>()
  private let scores = GrowingBuffer<Double>()
  private let magnitudes = GrowingBuffer<Double>()

  /// The results of one head.
  struct Rows {
    /// o, `[time, valueDim]`.
    var output: MutableMatrixView<Double>
    /// The rounding bound of o, likewise; nil if not needed.
    var bound: MutableMatrixView<Double>?
    /// Norm 3's divisor, `[time, 1]`.
    var divisor: MutableMatrixView<Double>
    /// f_n, likewise; nil if not needed.
    var factor: MutableMatrixView<Double>?
  }

  func sum(_ head: RetentionHead<Float>, _ input: RetentionHead<Float>.Input, into rows: Rows) {
    let (time, headDim, valueDim) = (input.time, input.headDim, input.valueDim)
    let keys = keys.matrix(rows: headDim, columns: time)
    let values = values.matrix(rows: time, columns: valueDim)
    let powers = powers.matrix(rows: 1, columns: time).base
    let scores = scores.matrix(rows: 1, columns: time).base
    let magnitudes = magnitudes.matrix(rows: 1, columns: time).base
    var largest = (q: 1.0, k: 1.0, v: 1.0)
    for m in 0..<time {
      powers[m] = Decay.power(head.gamma, m)
      for i in 0..<headDim { keys.row(i)[m] = Double(input.k.row(m)[i]) }
      for j in 0..<valueDim { values.row(m)[j] = Double(input.v.row(m)[j]) }
      largest.k = max(largest.k, 1 + Self.largest(input.k.row(m), headDim))
      largest.v = max(largest.v, 1 + Self.largest(input.v.row(m), valueDim))
    }
    let rounding = RoundingBound(headDim: headDim)
    let scale = head.norms.norm1 ? 1 / Double(headDim).squareRoot() : 1
    for n in 0..<time {
      let q = input.q.row(n)
      Self.products(q, keys.view, into: scores, count: n + 1) { $0 }
      var (decaySum, rowSum, absoluteSum) = (0.0, 0.0, 0.0)
      for m in 0..<n + 1 {
        scores[m] *= powers[n - m]
        decaySum += powers[n - m]
        rowSum += scores[m]
        absoluteSum += abs(scores[m])
      }
      let rowScale = head.norms.norm2 ? scale / decaySum.squareRoot() : scale
      let divisor =
        switch head.norms.norm3 {
        case .off: 1.0
        case .paper: max(abs(rowScale * rowSum), 1)
        case .torchscale: min(max(rowScale * absoluteSum, 1), 50_000)
        }
      rows.divisor.row(n).pointee = divisor
      rows.factor?.row(n).pointee = rowScale / divisor

      let output = rows.output.row(n)
      output.update(repeating: 0, count: valueDim)
      for m in 0..<n + 1 {
        let (score, value) = (scores[m], values.row(m))
        for j in 0..<valueDim { output[j] += score * value[j] }
      }
      for j in 0..<valueDim { output[j] *= rowScale / divisor }

      guard let bound = rows.bound?.row(n) else { continue }
      Self.products(q, keys.view, into: magnitudes, count: n + 1) { abs($0) }
      bound.update(repeating: 0, count: valueDim)
      var magnitude = 0.0
      for m in 0..<n + 1 {
        let (term, value) = (magnitudes[m] * powers[n - m], values.row(m))
        magnitude += term
        let weighted = rounding.roundings(age: n - m) * term
        for j in 0..<valueDim { bound[j] += weighted * abs(value[j]) }
      }
      largest.q = 1 + Self.largest(q, headDim)
      rounding.finish(
        bound, output: output, valueDim: valueDim,
        .init(
          index: n, scale: rowScale, divisor: divisor, norm3: head.norms.norm3, magnitude: magnitude, largest: largest))
    }
  }

  /// result_m = Σ_i part(q_i) part(k_mi), for the first `count` tokens.
  ///
  /// - Parameter keys: k transposed, `[headDim, time]`, so that each key entry is contiguous over the tokens.
  @inline(__always)
  private static func products(
    _ q: UnsafePointer<Float>, _ keys: MatrixView<Double>, into result: UnsafeMutablePointer<Double>, count: Int,
    _ part: (Double) -> Double
  ) {
    result.update(repeating: 0, count: count)
    for i in 0..<keys.rows {
      let (query, key) = (part(Double(q[i])), keys.row(i))
      for m in 0..<count { result[m] += query * part(key[m]) }
    }
  }

  private static func largest(_ x: UnsafePointer<Float>, _ count: Int) -> Double {
    var largest: Float = 0
    for i in 0..<count { largest = max(largest, abs(x[i])) }
    return Double(largest)
  }
}
