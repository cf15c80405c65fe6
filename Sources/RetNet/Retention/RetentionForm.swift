/// The three forms of retention, which compute the same function (arXiv 2307.08621, Section 2.1).
public enum RetentionForm: Sendable, Hashable {
  /// Eq. 5: all tokens in parallel, with a time × time matrix.
  case parallel
  /// Eq. 6: one token at a time, constant memory.
  case recurrent
  /// Eq. 7: parallel inside a chunk of `length` tokens, recurrent between chunks.
  case chunkwise(length: Int)
}

extension RetentionForm: CustomStringConvertible {
  /// For example `chunkwise(64)`.
  public var description: String {
    switch self {
    case .parallel: "parallel"
    case .recurrent: "recurrent"
    case .chunkwise(let length): "chunkwise(\(length))"
    }
  }
}

extension RetentionForm {
  /// - Throws: `RetNetError.value` if the chunk length is not from 1 to 2³⁰.
  package func validate() throws(RetNetError) {
    if case .chunkwise(let length) = self {
      try RetNetError.require((1...1 << 30).contains(length), "chunk length", length, "1 to \(1 << 30) tokens")
    }
  }
}
