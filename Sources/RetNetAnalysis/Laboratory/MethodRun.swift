import RetNet

/// One head computed in Float32 by one of the compared methods, block by block.
final class MethodRun {
  let method: PrecisionComparison.Method
  private let head: RetentionHead<Float>
  private let chunkLength: Int
  private let matrix: Buffer<Float>
  private let keySum: Buffer<Double>
  /// z of the current chunk alone.
  private let localKeySum: Buffer<Double>
  private var state: RetentionHead<Float>.State
  private let scratch = RetentionScratch<Float>()

  init(
    _ method: PrecisionComparison.Method, gamma: Double, norms: RetentionNorms, headDim: Int, valueDim: Int,
    chunkLength: Int
  ) {
    (self.method, self.chunkLength) = (method, chunkLength)
    head = RetentionHead(gamma: gamma, norms: norms)
    matrix = Buffer(count: headDim * valueDim)
    (keySum, localKeySum) = (Buffer(count: headDim), Buffer(count: headDim))
    state = .init(
      matrix: matrix.matrix(rows: headDim, columns: valueDim), keySum: keySum.pointer, decaySum: 0, isEmpty: true)
  }

  /// Computes the next block of tokens, which begins a chunk.
  ///
  /// - Parameter output: is set to o, `[time, valueDim]`.
  func compute(_ input: RetentionHead<Float>.Input, into output: MutableMatrixView<Float>) {
    switch method {
    case .recurrent: head.forward(.recurrent, input, state: &state, output: output, scratch: scratch)
    case .chunkwise:
      head.forward(.chunkwise(length: chunkLength), input, state: &state, output: output, scratch: scratch)
    case .bfloat16: step(input, into: output) { _ in roundState() }
    case .normalizedState: step(input, into: output) { divideState(query: $0) }
    case .localRowSum: computeWithLocalRowSums(input, into: output)
    }
  }

  /// Computes Eq. 6 token by token.
  ///
  /// - Parameter modifyState: changes the state after each token, given the token's query.
  private func step(
    _ input: RetentionHead<Float>.Input, into output: MutableMatrixView<Float>,
    _ modifyState: (UnsafePointer<Float>) -> Void
  ) {
    for n in 0..<input.time {
      head.forward(
        .recurrent, input.rows(n..<n + 1), state: &state, output: output.rows(n..<n + 1), scratch: scratch)
      modifyState(input.q.row(n))
    }
  }

  /// S ← S rounded to the nearest bfloat16, ties to even.
  private func roundState() {
    let s = matrix.pointer
    for i in 0..<matrix.count { s[i] = SmallFloat.float(bfloat: SmallFloat.bfloat(s[i])) }
  }

  /// S ← S / divisor, z ← z / divisor, with norm 3's divisor of the token.
  private func divideState(query: UnsafePointer<Float>) {
    let headDim = keySum.count
    var factors = ScoreNormalization(norms: head.norms, headDim: headDim)
    factors.read(q: query, headDim: headDim, keySum: keySum.pointer, decaySum: state.decaySum)
    guard factors.divisor > 1 else { return }
    state.matrix.scale(by: Float(1 / factors.divisor))
    for i in 0..<headDim { keySum.pointer[i] /= factors.divisor }
  }

  /// Eq. 7 without norm 3, then divided by norm 3's divisor of a z that each chunk resets to 0.
  private func computeWithLocalRowSums(_ input: RetentionHead<Float>.Input, into output: MutableMatrixView<Float>) {
    var norms = head.norms
    norms.norm3 = .off
    RetentionHead<Float>(gamma: head.gamma, norms: norms).forward(
      .chunkwise(length: chunkLength), input, state: &state, output: output, scratch: scratch)
    var (factors, decaySum) = (ScoreNormalization(norms: head.norms, headDim: input.headDim), 0.0)
    for n in 0..<input.time {
      if n % chunkLength == 0 { localKeySum.zero() }
      factors.advance(
        q: input.q.row(n), k: input.k.row(n), headDim: input.headDim, gamma: head.gamma, keySum: localKeySum.pointer,
        decaySum: &decaySum)
      VectorMath.scale(output.row(n), by: Float(1 / factors.divisor), count: input.valueDim)
    }
  }
}
