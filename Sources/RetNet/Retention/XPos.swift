import Foundation

/// The rotation of queries and keys by their position (Eq. 3, xPos). Only this type rotates positions.
///
///     (a, b) ← (a cos nθ_i − b sin nθ_i, a sin nθ_i + b cos nθ_i)
///
/// Angles n·θ_i are computed in Double from the integer position n.
package struct XPos: Sendable, Hashable {
  /// Which entries of a head form a pair.
  package enum Pairing: Sendable, Hashable {
    /// Entry i with entry i + d/2 (flash-linear-attention).
    case halves
    /// Entry 2i with entry 2i + 1 (torchscale).
    case neighbours
  }

  package let pairing: Pairing
  /// θ_i of each pair.
  package let frequencies: [Double]

  /// Pairs of the two halves with θ_i = 10000^(−2i/d).
  package static func halves(headDim: Int) -> XPos {
    XPos(pairing: .halves, frequencies: (0..<headDim / 2).map { pow(10000, -2 * Double($0) / Double(headDim)) })
  }

  /// Neighbouring pairs with θ_i = 10000^(−x_i), x_i evenly spaced from 0 to 1; a single pair has θ = 1.
  package static func neighbours(headDim: Int) -> XPos {
    let pairs = headDim / 2
    return XPos(
      pairing: .neighbours, frequencies: (0..<pairs).map { pow(10000, -Double($0) / Double(max(pairs - 1, 1))) })
  }

  /// The rotation of positions `first ..< first + count`.
  func angles(from first: Int, count: Int) -> Angles {
    var angles = Angles(pairing: pairing, pairs: frequencies.count)
    setAngles(&angles, from: first, count: count)
    return angles
  }

  /// Replaces `angles` and reuses its memory.
  func setAngles(_ angles: inout Angles, from first: Int, count: Int) {
    precondition(angles.pairs == frequencies.count, "angles of \(angles.pairs) pairs for \(frequencies.count)")
    angles.cosines.removeAll(keepingCapacity: true)
    angles.sines.removeAll(keepingCapacity: true)
    append(to: &angles, from: first, count: count)
  }

  /// The rotation of all positions of `sequences`, and the first row of each. Sequences with the same first position
  /// share rows.
  func angles(of sequences: Sequences) -> (angles: Angles, rows: [Int]) {
    var longest: [Int: Int] = [:]
    for (position, length) in zip(sequences.positions, sequences.lengths) {
      longest[position] = max(longest[position] ?? 0, length)
    }
    var angles = Angles(pairing: pairing, pairs: frequencies.count)
    var (rows, count) = ([Int: Int](), 0)
    for (position, length) in longest.sorted(by: { $0.key < $1.key }) {
      rows[position] = count
      append(to: &angles, from: position, count: length)
      count += length
    }
    return (angles, sequences.positions.map { rows[$0] ?? 0 })
  }

  /// Rotates one head of one token by `position` in Double. A negative position reverses a rotation.
  ///
  /// - Parameter x: `[headDim]`.
  package func rotate(_ x: UnsafeMutablePointer<Double>, by position: Int) {
    let (second, step) = pairing == .halves ? (frequencies.count, 1) : (1, 2)
    for (i, frequency) in frequencies.enumerated() {
      let angle = Double(position) * frequency
      let (cosine, sine) = (cos(angle), sin(angle))
      let (a, b) = (x[i * step], x[i * step + second])
      x[i * step] = a * cosine - b * sine
      x[i * step + second] = a * sine + b * cosine
    }
  }

  private func append(to angles: inout Angles, from first: Int, count: Int) {
    for n in 0..<count {
      for frequency in frequencies {
        let angle = Double(first + n) * frequency
        angles.cosines.append(Float(cos(angle)))
        angles.sines.append(Float(sin(angle)))
      }
    }
  }

  /// The cosines and sines of positions, `[count, headDim / 2]`.
  struct Angles: Sendable {
    package let pairing: Pairing
    package let pairs: Int
    package fileprivate(set) var cosines: [Float] = []
    package fileprivate(set) var sines: [Float] = []

    fileprivate init(pairing: Pairing, pairs: Int) {
      self.pairing = pairing
      self.pairs = pairs
    }

    /// Rotates every head in row n of `x` by row `first` + n of the angles, in place.
    ///
    /// - Parameter x: `[time, heads · headDim]`.
    package func rotate(_ x: MutableMatrixView<Float>, heads: Int, from first: Int = 0) {
      turn(x, heads: heads, from: first, direction: 1)
    }

    /// dx ← dx rotated by the negative angle: the transpose of a rotation is its inverse.
    func rotateBackward(_ dx: MutableMatrixView<Float>, heads: Int, from first: Int = 0) {
      turn(dx, heads: heads, from: first, direction: -1)
    }

    private func turn(_ x: MutableMatrixView<Float>, heads: Int, from position: Int, direction: Float) {
      precondition(x.columns == heads * 2 * pairs, "[\(x.rows), \(x.columns)] is not \(heads) heads of \(2 * pairs)")
      precondition(
        (position + x.rows) * pairs <= cosines.count,
        "rows from \(position) to \(position + x.rows) of \(cosines.count / max(pairs, 1)) rows of angles")
      cosines.withUnsafeBufferPointer { cosines in
        sines.withUnsafeBufferPointer { sines in
          guard let cosines = cosines.baseAddress, let sines = sines.baseAddress else { return }
          for n in 0..<x.rows {
            let (c, s) = (cosines + (position + n) * pairs, sines + (position + n) * pairs)
            for h in 0..<heads {
              let head = x.row(n) + h * 2 * pairs
              switch pairing {
              case .halves: Self.turn(head, head + pairs, step: 1, c, s, direction, pairs)
              case .neighbours: Self.turn(head, head + 1, step: 2, c, s, direction, pairs)
              }
            }
          }
        }
      }
    }

    /// Rotates pairs (a_i, b_i) with stride `step`. Inlined, so that a stride of 1 is vectorized.
    @inline(__always)
    private static func turn(
      _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>, step: Int, _ cosines: UnsafePointer<Float>,
      _ sines: UnsafePointer<Float>, _ direction: Float, _ pairs: Int
    ) {
      for i in 0..<pairs {
        let (cosine, sine) = (cosines[i], direction * sines[i])
        let (first, other) = (a[i &* step], b[i &* step])
        a[i &* step] = first * cosine - other * sine
        b[i &* step] = first * sine + other * cosine
      }
    }
  }
}
