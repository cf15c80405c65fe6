/// Scratch memory of the forms, reused by later calls to avoid allocations. One per thread.
package final class RetentionScratch<Scalar: BLASScalar> {
  /// QKᵀ ⊙ D of one chunk or sequence.
  package let scores = GrowingBuffer<Scalar>()
  /// Rows of queries or keys times their power of γ.
  package let cross = GrowingBuffer<Scalar>()
  /// Rows of values times their power of γ.
  package let values = GrowingBuffer<Scalar>()
  let scaledGradient = GrowingBuffer<Scalar>()
  package let states = GrowingBuffer<Scalar>()
  /// S of a discarded state in forward, dS in backward.
  let singleState = GrowingBuffer<Scalar>()
  /// If set, it computes every head instead of the three forms. Verification uses it to inspect and replace what a
  /// model computes. It need not advance the state if the final state is discarded.
  var substitute: RetentionHead<Scalar>.Computation?
  private let keySum = GrowingBuffer<Double>()

  package init() {}
  private let maskRow = GrowingBuffer<Double>()
  private var powers: [Double: DecayPowers<Scalar>] = [:]

  /// γ⁰ … γ^count, or more if an earlier call needed more.
  package func powers(gamma: Double, upTo count: Int) -> DecayPowers<Scalar> {
    if let known = powers[gamma], known.count >= count { return known }
    let grown = DecayPowers<Scalar>(gamma: gamma, upTo: count)
    powers[gamma] = grown
    return grown
  }

  /// The state before the first token, in memory that the next call reuses.
  package func emptyState(headDim: Int, valueDim: Int) -> RetentionHead<Scalar>.State {
    let matrix = singleState.matrix(rows: headDim, columns: valueDim)
    matrix.fill(0)
    return .init(matrix: matrix, keySum: zeroKeySum(headDim), decaySum: 0, isEmpty: true)
  }

  /// z of an empty state, `[headDim]`.
  func zeroKeySum(_ headDim: Int) -> UnsafeMutablePointer<Double> {
    let z = keySum.matrix(rows: 1, columns: headDim)
    z.fill(0)
    return z.base
  }

  /// Memory for one row of a mask, `[time]`.
  func maskRow(_ time: Int) -> UnsafeMutablePointer<Double> { maskRow.matrix(rows: 1, columns: time).base }
}

/// A buffer that grows to the largest requested size. Growing discards the contents.
package final class GrowingBuffer<Element: BLASScalar> {
  private var buffer = Buffer<Element>(count: 0)

  package init() {}

  package var pointer: UnsafeMutablePointer<Element> { buffer.pointer }
  package var count: Int { buffer.count }

  package func require(_ count: Int) {
    if count > buffer.count { buffer = Buffer(count: count) }
  }

  package func matrix(rows: Int, columns: Int) -> MutableMatrixView<Element> {
    require(rows * columns)
    return buffer.matrix(rows: rows, columns: columns)
  }
}
