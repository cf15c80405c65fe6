import RetNet

/// How far numbers lie from their reference, at worst.
package struct Deviation: Sendable, Hashable {
  /// The largest |found − reference|; infinite where NaN was found.
  package private(set) var absolute = 0.0
  /// The token where it is.
  package private(set) var token = 0
  /// The largest |found − reference| as a share of what rounding explains there; above 1 is an error.
  package private(set) var budgetShare = 0.0
  /// The token where that is.
  package private(set) var shareToken = 0
  /// The first token with a difference beyond its budget.
  package private(set) var firstBeyond: Int?

  package init() {}

  package var passed: Bool { firstBeyond == nil }

  /// Takes one difference in.
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
