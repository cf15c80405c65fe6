import Foundation

/// The decay γ of every head, and its powers. Only this type raises γ to a power.
///
/// Powers are computed in Double from the integer exponent, so errors do not grow with the position.
package struct Decay: Sendable, Hashable {
  /// γ of each head, in (0, 1).
  package let gammas: [Double]

  /// γ_h = 1 − 2^(−5−h) (Section 2.2).
  package init(heads: Int) {
    self.init(gammas: (0..<heads).map(Self.gamma))
  }

  /// γ_h = 1 − 2^(−5−h) of one head.
  package static func gamma(head: Int) -> Double { 1 - Double(sign: .plus, exponent: -5 - head, significand: 1) }

  package init(gammas: [Double]) {
    precondition(gammas.allSatisfy { $0 > 0 && $0 < 1 }, "every γ lies between 0 and 1, found \(gammas)")
    self.gammas = gammas
  }

  /// γ^n.
  package static func power(_ gamma: Double, _ n: Int) -> Double { pow(gamma, Double(n)) }

  /// γ^distance; 0 for an infinite distance.
  package static func power(_ gamma: Double, _ distance: Double) -> Double { pow(gamma, distance) }

  /// Tokens after which half of what was written is left: ln ½ / ln γ.
  package func halfLife(head: Int) -> Double { horizon(head: head, share: 0.5) }

  /// Tokens after which `share` of what was written is left: ln share / ln γ.
  package func horizon(head: Int, share: Double) -> Double { log(share) / log(gammas[head]) }
}

/// The powers γ⁰ … γ^count of one head, each rounded once from Double to `Scalar`.
package struct DecayPowers<Scalar: BLASScalar> {
  package let gamma: Double
  package let count: Int
  /// γ^(count−j) at index j, so that the powers in a row of the mask D are contiguous.
  private let descending: [Scalar]

  package init(gamma: Double, upTo count: Int) {
    self.gamma = gamma
    self.count = count
    descending = (0...count).map { Scalar(Decay.power(gamma, count - $0)) }
  }

  /// γⁿ.
  @inline(__always) package subscript(n: Int) -> Scalar { descending[count - n] }

  /// The cross-chunk factor of Eq. 7 for row n of a chunk: ξ_n = γ^(n+1).
  package func cross(_ n: Int) -> Scalar { self[n + 1] }

  /// The inner-chunk decay of Eq. 7, from row m to the end of a chunk of C rows: ζ_m = γ^(C−1−m).
  package func inner(_ m: Int, of count: Int) -> Scalar { self[count - 1 - m] }

  /// The decay mask of Eq. 5, applied in place: A ← A ⊙ D, D_nm = γ^(n−m) for n ≥ m and 0 above the diagonal.
  func applyMask(_ a: MutableMatrixView<Scalar>) {
    precondition(a.rows <= count + 1, "a mask of \(a.rows) rows needs γ^\(a.rows - 1), but the powers end at \(count)")
    descending.withUnsafeBufferPointer { descending in
      for n in 0..<a.rows {
        let row = a.row(n)
        let kept = min(n + 1, a.columns)
        let powers = descending.baseAddress! + (count - n)
        for m in 0..<kept { row[m] *= powers[m] }
        (row + kept).update(repeating: 0, count: a.columns - kept)
      }
    }
  }
}
