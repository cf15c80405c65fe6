/// Which tokens a token reads, and the distance of each, for the decay mask D of the parallel form.
///
///     D_nm = γ^distance(n, m),   0 for an infinite distance
///
/// Only the causal mask has a finite state. The others need the parallel form, without a state.
public enum RetentionMask: Sendable, Hashable {
  /// Distance n − m to the past and to itself; the future is hidden.
  case causal
  /// Distance |n − m| in both directions.
  case bidirectional
  /// Distance 0 to every token: D is 1 everywhere.
  case full
  /// Any distances, `[time, time]` row by row: row n has the distance of each token from token n; ∞ hides a token.
  case distances([Double])

  /// Checks that this mask can be computed in `form` over `time` tokens.
  ///
  /// - Throws: `RetNetError`.
  package func validate(in form: RetentionForm, time: Int) throws(RetNetError) {
    guard self != .causal else { return }
    guard form == .parallel else { throw RetNetError.maskNeedsParallel(mask: name, form: form) }
    guard case .distances(let values) = self else { return }
    guard values.count == time * time else {
      throw RetNetError.maskSize(found: values.count, time: time)
    }
    if let index = values.firstIndex(where: { !($0 >= 0) }) {
      throw RetNetError.maskDistance(row: index / time, column: index % time, found: values[index])
    }
  }

  /// The name in messages.
  package var name: String {
    switch self {
    case .causal: "causal"
    case .bidirectional: "bidirectional"
    case .full: "full"
    case .distances: "custom"
    }
  }
}

/// The rows of one head's mask D over a sequence, in Double.
package struct MaskRows {
  package let mask: RetentionMask
  package let gamma: Double
  package let time: Int
  /// γ⁰ … γ^(time−1) for masks with integer distances.
  private let powers: [Double]

  package init(_ mask: RetentionMask, gamma: Double, time: Int) {
    self.mask = mask
    self.gamma = gamma
    self.time = time
    powers = mask == .bidirectional || mask == .causal ? (0..<time).map { Decay.power(gamma, $0) } : []
  }

  /// D_n.
  ///
  /// - Parameter row: `[time]`, set.
  package func fill(_ row: UnsafeMutablePointer<Double>, n: Int) {
    switch mask {
    case .causal: for m in 0..<time { row[m] = m <= n ? powers[n - m] : 0 }
    case .bidirectional: for m in 0..<time { row[m] = powers[abs(n - m)] }
    case .full: for m in 0..<time { row[m] = 1 }
    case .distances(let distances):
      for m in 0..<time { row[m] = Decay.power(gamma, distances[n * time + m]) }
    }
  }
}
