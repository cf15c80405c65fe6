/// An invalid argument of a layer, mask or optimizer. The call that throws it has changed nothing.
public enum RetNetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An argument has the wrong shape.
  case shape(of: String, found: [Int], expected: String)
  /// A number is out of range.
  case value(of: String, found: String, expected: String)
  /// A mask that is not causal, in a form that keeps only a state of the past.
  case maskNeedsParallel(mask: String, form: RetentionForm)
  /// A custom mask that is not `[time, time]`.
  case maskSize(found: Int, time: Int)
  /// A distance that is negative or not a number.
  case maskDistance(row: Int, column: Int, found: Double)

  /// What was found, and what was expected.
  public var description: String {
    switch self {
    case .shape(let name, let found, let expected):
      "The \(name) has shape \(found), expected \(expected)."
    case .value(let name, let found, let expected):
      "The \(name) is \(found), expected \(expected)."
    case .maskNeedsParallel(let mask, let form):
      "The \(form) form supports only the causal mask, but the mask is \(mask). Use the parallel form."
    case .maskSize(let found, let time):
      "The mask holds \(found) distances, expected [\(time), \(time)] for \(time) tokens."
    case .maskDistance(let row, let column, let found):
      "The mask's distance from token \(row) to token \(column) is \(found), expected 0 or more, or infinity for a "
        + "hidden token."
    }
  }

  /// Throws `value` unless `fits`.
  package static func require(
    _ fits: Bool, _ name: String, _ found: some CustomStringConvertible, _ expected: String
  ) throws(RetNetError) {
    if !fits { throw .value(of: name, found: "\(found)", expected: expected) }
  }

  /// The most elements of a tensor, of one layer's state, and of the weights that a seed creates: 2³¹.
  package static let largestCount = 1 << 31

  /// Checks a shape before memory is sized by it.
  ///
  /// - Returns: the product of the lengths.
  /// - Throws: `shape` if a length is negative, or the product is above 2³¹.
  @discardableResult
  package static func require(shape: [Int], of name: String) throws(RetNetError) -> Int {
    var count = 1
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflow, product <= largestCount else {
        throw .shape(of: name, found: shape, expected: "lengths of 0 or more with a product of at most \(largestCount)")
      }
      count = product
    }
    return count
  }

  /// Throws `value` if there are more than 2³¹ weights.
  static func require(weights count: Int) throws(RetNetError) {
    try require(count <= largestCount, "number of weights", count, "at most \(largestCount)")
  }

  /// Throws `value` if ε of a norm is negative or not finite.
  package static func require(epsilon: Float) throws(RetNetError) {
    try require(epsilon >= 0 && epsilon.isFinite, "norm's ε", epsilon, "0 or more")
  }

  /// Throws `value` unless the batch size is supported.
  package static func require(batch: Int) throws(RetNetError) {
    try require((1...1 << 20).contains(batch), "batch", batch, "1 to \(1 << 20) texts")
  }

  /// Throws `shape` unless `found` is `count`.
  package static func requireWeights(_ found: Int, _ count: Int) throws(RetNetError) {
    if found != count { throw .shape(of: "array of weights", found: [found], expected: "[\(count)]") }
  }
}
