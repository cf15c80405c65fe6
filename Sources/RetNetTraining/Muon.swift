import RetNet

/// Momentum with an orthogonalized update, for the matrices of the blocks (Jordan et al. 2024, *Muon*).
///
///     M ← μ M + G          U = G + μ M                      Nesterov momentum
///     O = U (UᵀU)^(−½), by five steps of X ← a X + (b X Xᵀ + c (X Xᵀ)²) X from X = U / ‖U‖
///     W ← W − η (0.2 √max(rows, columns) · O + λ W)
///
/// Orthogonalization gives all directions of a gradient the same weight, including rare ones. The factor 0.2 √max makes
/// the update as large as AdamW's, so both share one learning rate and weight decay (Liu et al. 2025, arXiv 2502.16982,
/// Section 2.2). AdamW updates embedding, head and vectors.
struct Muon {
  /// The position of one matrix among the parameters.
  package struct MatrixSlice: Sendable, Hashable {
    package var offset: Int
    package var rows: Int
    package var columns: Int

    package var range: Range<Int> { offset..<offset + rows * columns }
  }

  /// μ.
  static let momentum: Float = 0.95
  /// a, b and c move singular values between 0.001 and 1 towards 1 in few steps, and keep them between 0.7 and 1.2.
  private static let polynomial: (a: Float, b: Float, c: Float) = (3.4445, -4.7750, 2.0315)
  private static let steps = 5

  package let slices: [MatrixSlice]
  package let weightDecay: Double
  /// Precision of the products in the orthogonalization.
  package let precision: ProductPrecision

  /// - Parameter parameters: those with two dimensions are updated.
  package init(_ parameters: [Parameter], weightDecay: Double, precision: ProductPrecision = .float32) {
    slices = parameters.compactMap { parameter in
      parameter.isVector ? nil : MatrixSlice(offset: parameter.offset, rows: parameter.rows, columns: parameter.columns)
    }
    self.weightDecay = weightDecay
    self.precision = precision
  }

  /// Updates all matrices. One thread computes a whole matrix, so the result does not depend on the thread count.
  ///
  /// - Parameters:
  ///   - parameters: all parameters of the model; the matrices W are updated.
  ///   - gradients: in the same order; G is reset to zero.
  ///   - momentum: in the same order; M is updated.
  ///   - gradientScale: factor of G (`GradientClipping`).
  package func update(
    _ parameters: UnsafeMutablePointer<Float>, gradients: UnsafeMutablePointer<Float>,
    momentum: UnsafeMutablePointer<Float>, learningRate: Double, gradientScale: Float, threads: Int
  ) {
    Threads.perform(max(1, min(threads, slices.count))) { thread in
      let scratch = Scratch()
      for index in stride(from: thread, to: slices.count, by: threads) {
        let slice = slices[index]
        update(
          slice, parameters + slice.offset, gradients + slice.offset, momentum + slice.offset,
          learningRate: Float(learningRate), gradientScale, scratch)
      }
    }
  }

  private func update(
    _ slice: MatrixSlice, _ w: UnsafeMutablePointer<Float>, _ g: UnsafeMutablePointer<Float>,
    _ m: UnsafeMutablePointer<Float>, learningRate: Float, _ gradientScale: Float, _ scratch: Scratch
  ) {
    let (count, mu) = (slice.range.count, Self.momentum)
    let direction = scratch.direction.matrix(rows: slice.rows, columns: slice.columns)
    let u = direction.base
    for i in 0..<count {
      let gradient = gradientScale * g[i]
      m[i] = mu * m[i] + gradient
      u[i] = gradient + mu * m[i]
      g[i] = 0
    }
    Self.orthogonalize(direction, scratch, precision: precision)
    let step = learningRate * 0.2 * Float(max(slice.rows, slice.columns)).squareRoot()
    let decayFactor = 1 - learningRate * Float(weightDecay)
    for i in 0..<count { w[i] = decayFactor * w[i] - step * u[i] }
  }

  /// Buffers of one thread.
  package final class Scratch {
    fileprivate let direction = GrowingBuffer<Float>()
    fileprivate let next = GrowingBuffer<Float>()
    fileprivate let square = GrowingBuffer<Float>()
    fileprivate let polynomial = GrowingBuffer<Float>()
  }

  /// Computes O from U, in slice. A zero matrix stays zero; other singular values end between 0.7 and 1.2.
  static func orthogonalize(_ x: MutableMatrixView<Float>, _ scratch: Scratch, precision: ProductPrecision = .float32) {
    let count = x.rows * x.columns
    var squares = 0.0
    for i in 0..<count { squares += Double(x.base[i]) * Double(x.base[i]) }
    guard squares > 0, squares.isFinite else { return }
    VectorMath.scale(x.base, by: Float(1 / squares.squareRoot()), count: count)
    // The Gram matrix of the shorter side: X Xᵀ for a wide matrix, XᵀX for a tall one.
    let isTall = x.rows > x.columns
    let side = min(x.rows, x.columns)
    let square = scratch.square.matrix(rows: side, columns: side)
    let polynomial = scratch.polynomial.matrix(rows: side, columns: side)
    let next = scratch.next.matrix(rows: x.rows, columns: x.columns)
    let (a, b, c) = Self.polynomial
    for _ in 0..<steps {
      square.setProduct(isTall ? x.transposed : x.view, isTall ? x.view : x.transposed, precision: precision)
      polynomial.setProduct(square.view, square.view, precision: precision)
      for i in 0..<side * side { polynomial.base[i] = b * square.base[i] + c * polynomial.base[i] }
      next.setProduct(isTall ? x.view : polynomial.view, isTall ? polynomial.view : x.view, precision: precision)
      for i in 0..<count { x.base[i] = a * x.base[i] + next.base[i] }
    }
  }
}
