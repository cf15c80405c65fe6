import RetNet

/// A state to compare with the current one.
package enum StateReference: Sendable, Hashable {
  /// After this many tokens of the current branch.
  case position(Int)
  /// After the same number of tokens of another branch, or its last.
  case branch(Int)
  /// The same tokens with other norms from the first one on.
  case norms(NormOptions)
  /// The same tokens from an empty initial state.
  case emptyStart
}
