import RetNet

/// What one head meets where a text is read over and over: the same queries, keys and values, each query and key rotated at
/// its own position, as if the layer before met no past.
///
/// Rotations are taken back and made again in Double, and rounded to Float32 once: those are the numbers that every way of
/// keeping the memory gets. Nothing is scaled.
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

  /// - Parameter met: what the head has met from position 0 on.
  init(_ met: RetentionHead<Float>.Input, rotation: XPos) {
    self.rotation = rotation
    (time, headDim, valueDim) = (met.time, met.headDim, met.valueDim)
    func unrotated(_ x: MatrixView<Float>) -> [Double] {
      let row = Buffer<Double>(count: x.columns)
      return (0..<x.rows).flatMap { n in
        for i in 0..<x.columns { row.pointer[i] = Double(x.row(n)[i]) }
        rotation.rotate(row.pointer, by: -n)
        return row.values
      }
    }
    (q, k) = (unrotated(met.q), unrotated(met.k))
    v = (0..<met.time).flatMap { n in (0..<met.valueDim).map { met.v.row(n)[$0] } }
  }

  /// Sets the rows of `input` to those of the positions from `first` on.
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
