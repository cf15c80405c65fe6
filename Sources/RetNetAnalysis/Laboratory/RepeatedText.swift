import RetNet

/// The input of one head for a repeated text: the same queries, keys and values, each query and key rotated at its own
/// position. The layer's input is that of the first pass, as if the earlier layers forgot the passes before.
///
/// Rotations are reversed and applied in Double, and rounded to Float32 once. All methods get the same numbers.
struct RepeatedText {
  private let rotation: XPos
  /// Before rotation, `[time, headDim]`.
  private let q: [Double]
  private let k: [Double]
  /// `[time, valueDim]`
  private let v: [Float]
  private let time: Int
  let headDim: Int
  let valueDim: Int

  /// - Parameter input: the head's input from position 0.
  init(_ input: RetentionHead<Float>.Input, rotation: XPos) {
    self.rotation = rotation
    (time, headDim, valueDim) = (input.time, input.headDim, input.valueDim)
    func unrotated(_ x: MatrixView<Float>) -> [Double] {
      let row = Buffer<Double>(count: x.columns)
      return (0..<x.rows).flatMap { n in
        for i in 0..<x.columns { row.pointer[i] = Double(x.row(n)[i]) }
        rotation.rotate(row.pointer, by: -n)
        return row.values
      }
    }
    (q, k) = (unrotated(input.q), unrotated(input.k))
    v = (0..<input.time).flatMap { n in (0..<input.valueDim).map { input.v.row(n)[$0] } }
  }

  /// Sets the rows of `input` to those of the positions from `first`.
  func fill(_ input: RetentionHead<Float>.MutableInput, from first: Int) {
    let row = Buffer<Double>(count: headDim)
    for n in 0..<input.q.rows {
      let source = (first + n) % time
      for (from, to) in [(q, input.q), (k, input.k)] {
        for i in 0..<headDim { row.pointer[i] = from[source * headDim + i] }
        rotation.rotate(row.pointer, by: first + n)
        for i in 0..<headDim { to.row(n)[i] = Float(row.pointer[i]) }
      }
      for j in 0..<valueDim { input.v.row(n)[j] = v[source * valueDim + j] }
    }
  }
}
