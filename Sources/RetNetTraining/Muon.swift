import RetNet

/// Momentum whose direction is made orthogonal, for the matrices inside a network (Jordan et al. 2024, *Muon*).
///
///     M ← μ M + G          U = G + μ M                      Nesterov's look ahead
///     O = U (UᵀU)^(−½), by five steps of X ← a X + (b X Xᵀ + c (X Xᵀ)²) X from X = U / ‖U‖
///     W ← W − η (0.2 √max(rows, columns) · O + λ W)
///
/// All directions of a gradient so count alike, the rare ones too. With the factor 0.2 √max an update is as large as AdamW's,
/// so that both go with one learning rate and decay (Liu et al. 2025, arXiv 2502.16982, Section 2.2). Embedding, head and
/// vectors are AdamW's part.
struct Muon {
  /// One matrix among the parameters.
  package struct Place: Sendable, Hashable {
    package var offset: Int
    package var rows: Int
    package var columns: Int

    package var range: Range<Int> { offset..<offset + rows * columns }
  }

  /// μ.
  static let momentum: Float = 0.95
  /// a, b and c: they bring singular values between 0.001 and 1 near 1 soonest, and then keep them between 0.7 and 1.2.
  private static let polynomial: (a: Float, b: Float, c: Float) = (3.4445, -4.7750, 2.0315)
  private static let steps = 5

  package let places: [Place]
  package let weightDecay: Double
  /// Of the products that make a direction orthogonal.
  package let precision: ProductPrecision

  /// - Parameter parameters: those of two dimensions are updated here.
  package init(_ parameters: [Parameter], weightDecay: Double, precision: ProductPrecision = .float32) {
    places = parameters.compactMap { parameter in
      parameter.isVector ? nil : Place(offset: parameter.offset, rows: parameter.rows, columns: parameter.columns)
    }
    self.weightDecay = weightDecay
    self.precision = precision
  }

  /// One update of all its matrices, each as a whole by one thread: the result is the same for any thread count.
  ///
  /// - Parameters:
  ///   - parameters: of the whole model; W changes.
  ///   - gradients: likewise; G is set to zero for the next sum.
  ///   - momentum: likewise; M changes.
  ///   - gradientScale: multiplies G first (`GradientClipping`).
  package func update(
    _ parameters: UnsafeMutablePointer<Float>, gradients: UnsafeMutablePointer<Float>,
    momentum: UnsafeMutablePointer<Float>, learningRate: Double, gradientScale: Float, threads: Int
  ) {
    Threads.perform(max(1, min(threads, places.count))) { thread in
      let scratch = Scratch()
      for index in stride(from: thread, to: places.count, by: threads) {
        let place = places[index]
        update(
          place, parameters + place.offset, gradients + place.offset, momentum + place.offset,
          learningRate: Float(learningRate), gradientScale, scratch)
      }
    }
  }

  private func update(
    _ place: Place, _ w: UnsafeMutablePointer<Float>, _ g: UnsafeMutablePointer<Float>,
    _ m: UnsafeMutablePointer<Float>, learningRate: Float, _ gradientScale: Float, _ scratch: Scratch
  ) {
    let (count, mu) = (place.range.count, Self.momentum)
    let direction = scratch.direction.matrix(rows: place.rows, columns: place.columns)
    let u = direction.base
    for i in 0..<count {
      let gradient = gradientScale * g[i]
      m[i] = mu * m[i] + gradient
      u[i] = gradient + mu * m[i]
      g[i] = 0
    }
    Self.orthogonalize(direction, scratch, precision: precision)
    let step = learningRate * 0.2 * Float(max(place.rows, place.columns)).squareRoot()
    let kept = 1 - learningRate * Float(weightDecay)
    for i in 0..<count { w[i] = kept * w[i] - step * u[i] }
  }

  /// Matrices of one thread.
  package final class Scratch {
    fileprivate let direction = GrowingBuffer<Float>()
    fileprivate let next = GrowingBuffer<Float>()
    fileprivate let square = GrowingBuffer<Float>()
    fileprivate let polynomial = GrowingBuffer<Float>()
  }

  /// X ← O of the above, in place; a matrix of zeros stays one. Singular values end between 0.7 and 1.2.
  static func orthogonalize(_ x: MutableMatrixView<Float>, _ scratch: Scratch, precision: ProductPrecision = .float32) {
    let count = x.rows * x.columns
    var squares = 0.0
    for i in 0..<count { squares += Double(x.base[i]) * Double(x.base[i]) }
    guard squares > 0, squares.isFinite else { return }
    VectorMath.scale(x.base, by: Float(1 / squares.squareRoot()), count: count)
    // The square of the shorter side: X Xᵀ of a wide matrix, XᵀX of a tall one.
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
