import RetNet

/// One head's memory, kept in Float32 in one of the ways that are compared, block after block.
final class HeadMemory {
  let way: PrecisionComparison.Way
  private let head: RetentionHead<Float>
  private let chunkLength: Int
  private let matrix: Buffer<Float>
  private let keySum: Buffer<Double>
  /// z of the present chunk alone.
  private let localKeySum: Buffer<Double>
  private var state: RetentionHead<Float>.State
  private let scratch = RetentionScratch<Float>()

  init(
    _ way: PrecisionComparison.Way, gamma: Double, norms: RetentionNorms, headDim: Int, valueDim: Int, chunkLength: Int
  ) {
    (self.way, self.chunkLength) = (way, chunkLength)
    head = RetentionHead(gamma: gamma, norms: norms)
    matrix = Buffer(count: headDim * valueDim)
    (keySum, localKeySum) = (Buffer(count: headDim), Buffer(count: headDim))
    state = .init(
      matrix: matrix.matrix(rows: headDim, columns: valueDim), keySum: keySum.pointer, decaySum: 0, isEmpty: true)
  }

  /// Reads a block, which begins a chunk.
  ///
  /// - Parameter output: o, `[time, valueDim]`, set.
  func read(_ input: RetentionHead<Float>.Input, into output: MutableMatrixView<Float>) {
    switch way {
    case .recurrent: head.forward(.recurrent, input, state: &state, output: output, scratch: scratch)
    case .chunkwise:
      head.forward(.chunkwise(length: chunkLength), input, state: &state, output: output, scratch: scratch)
    case .bfloat16: step(input, into: output) { _ in roundState() }
    case .normalizedState: step(input, into: output) { divideState(query: $0) }
    case .localRowSum: readWithLocalRowSums(input, into: output)
    }
  }

  /// One step of Eq. 6 after the other.
  ///
  /// - Parameter keep: does to the state what the way does before the next token, given the token's query.
  private func step(
    _ input: RetentionHead<Float>.Input, into output: MutableMatrixView<Float>, _ keep: (UnsafePointer<Float>) -> Void
  ) {
    for n in 0..<input.time {
      head.forward(
        .recurrent, input.rows(n..<n + 1), state: &state, output: output.rows(n..<n + 1), scratch: scratch)
      keep(input.q.row(n))
    }
  }

  /// S ← S to the nearest bfloat16, ties to even.
  private func roundState() {
    let s = matrix.pointer
    for i in 0..<matrix.count { s[i] = SmallFloat.float(bfloat: SmallFloat.bfloat(s[i])) }
  }

  /// S ← S / divisor, z ← z / divisor, with the divisor that the token's output was divided by.
  private func divideState(query: UnsafePointer<Float>) {
    let headDim = keySum.count
    var factors = ScoreNormalization(norms: head.norms, headDim: headDim)
    factors.read(q: query, headDim: headDim, keySum: keySum.pointer, decaySum: state.decaySum)
    guard factors.divisor > 1 else { return }
    state.matrix.scale(by: Float(1 / factors.divisor))
    for i in 0..<headDim { keySum.pointer[i] /= factors.divisor }
  }

  /// Eq. 7 without norm 3, whose divisor then comes from a z that begins anew in each chunk.
  private func readWithLocalRowSums(_ input: RetentionHead<Float>.Input, into output: MutableMatrixView<Float>) {
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
