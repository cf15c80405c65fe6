import RetNet

/// The recurrence of one head in Double, Eq. 6: the reference for texts that are too long to sum term by term.
final class RecurrentReference {
  /// Tokens whose norm 3 divisor was above 1.
  private(set) var divisions = 0

  private let head: RetentionHead<Double>
  private let matrix: Buffer<Double>
  private let keySum: Buffer<Double>
  private var state: RetentionHead<Double>.State
  /// A second z, which computes the divisors.
  private let countedKeySum: Buffer<Double>
  private var counted: ScoreNormalization
  private var countedDecaySum = 0.0
  private let q, k, v, output: GrowingBuffer<Double>

  init(gamma: Double, norms: RetentionNorms, headDim: Int, valueDim: Int) {
    head = RetentionHead(gamma: gamma, norms: norms)
    matrix = Buffer(count: headDim * valueDim)
    (keySum, countedKeySum) = (Buffer(count: headDim), Buffer(count: headDim))
    state = .init(
      matrix: matrix.matrix(rows: headDim, columns: valueDim), keySum: keySum.pointer, decaySum: 0, isEmpty: true)
    counted = ScoreNormalization(norms: norms, headDim: headDim)
    (q, k, v, output) = (GrowingBuffer(), GrowingBuffer(), GrowingBuffer(), GrowingBuffer())
  }

  /// Computes the next block of tokens.
  ///
  /// - Returns: o, `[time, valueDim]`, valid until the next call.
  func compute(_ input: RetentionHead<Float>.Input) -> MatrixView<Double> {
    func doubles(_ x: MatrixView<Float>, _ buffer: GrowingBuffer<Double>) -> MatrixView<Double> {
      let copy = buffer.matrix(rows: x.rows, columns: x.columns)
      for n in 0..<x.rows {
        let (from, to) = (x.row(n), copy.row(n))
        for i in 0..<x.columns { to[i] = Double(from[i]) }
      }
      return copy.view
    }
    let exact = RetentionHead<Double>.Input(q: doubles(input.q, q), k: doubles(input.k, k), v: doubles(input.v, v))
    let result = output.matrix(rows: input.time, columns: input.valueDim)
    head.recurrentForward(exact, state: &state, output: result)
    for n in 0..<input.time {
      counted.advance(
        q: exact.q.row(n), k: exact.k.row(n), headDim: input.headDim, gamma: head.gamma, keySum: countedKeySum.pointer,
        decaySum: &countedDecaySum)
      if counted.divisor > 1 { divisions += 1 }
    }
    return result.view
  }
}
