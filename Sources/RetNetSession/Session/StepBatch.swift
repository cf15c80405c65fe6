import RetNet

/// The result of several consecutive steps.
package struct StepBatch: Sendable {
  /// Why the batch ended.
  package enum End: Sendable {
    /// The reply may continue.
    case more
    /// The reply has ended.
    case replyEnded
    /// A breakpoint was met; the text says which one and why.
    case breakpoint(String)
    /// The next step failed; the earlier steps are kept.
    case failed(any Error)
  }

  /// The records of all tokens but the last, in order.
  package var passed: [TokenRecord] = []
  /// The step result after the last token; nil if there was none.
  package var result: StepResult?
  package var end = End.more

  /// Number of reply tokens in the batch.
  package var replyTokens: Int { passed.count { $0.role == .reply } + (result?.role == .reply ? 1 : 0) }
}
