/// The three ways to compute one function (arXiv 2307.08621, Section 2.2).
package enum RetentionForm: Sendable, Hashable {
  /// Eq. 5: all tokens at once, time × time.
  case parallel
  /// Eq. 6: one token at a time, constant memory.
  case recurrent
  /// Eq. 7: parallel inside a chunk of `length` tokens, recurrent between chunks.
  case chunkwise(length: Int)
}

extension RetentionForm: CustomStringConvertible {
  package var description: String {
    switch self {
    case .parallel: "parallel"
    case .recurrent: "recurrent"
    case .chunkwise(let length): "chunkwise(\(length))"
    }
  }
}
