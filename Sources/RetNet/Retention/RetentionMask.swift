/// Which tokens a token reads, and how far each of them is: what stands in place of the causal decay in the parallel form.
///
///     D_nm = γ^distance(n, m),   0 where the distance is infinite
///
/// Only the causal mask has a finite state, so the others exist in the parallel form alone, and take and leave no state.
package enum RetentionMask: Sendable, Hashable {
  /// Distance n − m to the past and to itself; the future is hidden.
  case causal
  /// Distance |n − m| in both directions.
  case bidirectional
  /// Distance 0 to every token: neither mask nor decay.
  case full
  /// Any distances, `[time, time]` row by row: row n says how far each token is from token n, ∞ that it is hidden.
  case distances([Double])

  /// Whether this mask can be computed in `form` over `time` tokens.
  ///
  /// - Throws: `RetentionError`.
  package func validate(in form: RetentionForm, time: Int) throws {
    guard self != .causal else { return }
    guard form == .parallel else { throw RetentionError.maskNeedsParallel(mask: name, form: form) }
    guard case .distances(let values) = self else { return }
    guard values.count == time * time else {
      throw RetentionError.maskSize(found: values.count, time: time)
    }
    if let index = values.firstIndex(where: { !($0 >= 0) }) {
      throw RetentionError.maskDistance(row: index / time, column: index % time, found: values[index])
    }
  }

  /// What messages call it.
  package var name: String {
    switch self {
    case .causal: "causal"
    case .bidirectional: "bidirectional"
    case .full: "full"
    case .distances: "custom"
    }
  }
}

/// What retention cannot be asked for.
package enum RetentionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A mask that looks ahead, in a form that keeps only the past.
  case maskNeedsParallel(mask: String, form: RetentionForm)
  /// A custom mask that is not `[time, time]`.
  case maskSize(found: Int, time: Int)
  /// A distance that is negative or not a number.
  case maskDistance(row: Int, column: Int, found: Double)

  package var description: String {
    switch self {
    case .maskNeedsParallel(let mask, let form):
      "The \(form) form computes causal retention alone, but the mask is \(mask). Use the parallel form."
    case .maskSize(let found, let time):
      "The mask holds \(found) distances, expected [\(time), \(time)] for \(time) tokens. Give one for each pair."
    case .maskDistance(let row, let column, let found):
      "The mask's distance from token \(row) to token \(column) is \(found), expected 0 or more, or infinity for a "
        + "hidden token. Correct the mask."
    }
  }
}

/// The rows of one head's mask D over a sequence, in Double.
package struct MaskRows {
  package let mask: RetentionMask
  package let gamma: Double
  package let time: Int
  /// γ⁰ … γ^(time−1), where distances are whole.
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
