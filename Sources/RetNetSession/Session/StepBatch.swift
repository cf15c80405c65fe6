import RetNet

/// Steps that were made in one go.
package struct StepBatch: Sendable {
  /// Why there are no more of them.
  package enum End: Sendable {
    /// The reply may go on.
    case more
    /// The reply has come to its own end.
    case replyEnded
    /// A breakpoint has been met; the text says which, and by what.
    case breakpoint(String)
    /// The next step failed; what was made before stays.
    case failed(any Error)
  }

  /// Every token fed, in order, but for the last.
  package var passed: [TokenRecord] = []
  /// The moment after the last token; nil where there was none.
  package var result: StepResult?
  package var end = End.more

  /// Reply tokens among those that were fed.
  package var replyTokens: Int { passed.count { $0.role == .reply } + (result?.role == .reply ? 1 : 0) }
}
