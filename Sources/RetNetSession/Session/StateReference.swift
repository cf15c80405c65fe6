import RetNet

/// A state to hold the present one against.
package enum StateReference: Sendable, Hashable {
  /// After so many tokens of the present branch.
  case position(Int)
  /// After as many tokens of another branch as now, or its last.
  case branch(Int)
  /// The same tokens under other norms, from the first on.
  case norms(NormOptions)
  /// The same tokens behind an empty state, where the session begins with another one.
  case emptyStart
}
