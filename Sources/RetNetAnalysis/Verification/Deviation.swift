import RetNet

/// The largest difference of numbers from their reference.
package struct Deviation: Sendable, Hashable {
  /// The largest |found − reference|; infinite if there is a NaN.
  package private(set) var absolute = 0.0
  /// The token of `absolute`.
  package private(set) var token = 0
  /// The largest |found − reference| as a share of its rounding bound; above 1 it is an error.
  package private(set) var budgetShare = 0.0
  /// The token of `budgetShare`.
  package private(set) var shareToken = 0
  /// The first token whose difference exceeds its budget.
  package private(set) var firstBeyond: Int?

  package init() {}

  package var passed: Bool { firstBeyond == nil }

  /// Adds one difference.
  mutating func add(_ found: Double, _ reference: Double, budget: Double, token: Int) {
    let difference = abs(found - reference)
    if difference <= absolute && difference <= budget * budgetShare { return }
    add(difference: difference.isNaN ? .infinity : difference, budget: budget, token: token)
  }

  mutating func add(difference: Double, budget: Double, token: Int) {
    if difference > absolute { (absolute, self.token) = (difference, token) }
    let share = difference == 0 ? 0 : difference / budget
    if share > budgetShare { (budgetShare, shareToken) = (share, token) }
    if share > 1 && token < firstBeyond ?? .max { firstBeyond = token }
  }
}
