import RetNet

/// The errors of methods of computing one head against Eq. 4 in Double after many tokens.
package struct PrecisionComparison: Sendable, Hashable {
  /// A method that computes retention, or a known mistake.
  package enum Method: String, Sendable, Hashable, CaseIterable {
    /// Eq. 6, S in Float32.
    case recurrent
    /// Eq. 7, S in Float32.
    case chunkwise
    /// Eq. 6 in Float32, with S rounded to bfloat16 before the next token.
    case bfloat16
    /// A known mistake: S is stored divided by norm 3's divisor, and the next token continues from it.
    case normalizedState
    /// A known mistake: norm 3 of the chunkwise form uses the row sum of the chunk alone.
    case localRowSum
  }

  package struct Row: Sendable, Hashable {
    package var method: Method
    /// max |ô − o| as a share of max |o|, over the last tokens before each entry of `lengths`.
    package var errors: [Double]

    package init(method: Method, errors: [Double]) { (self.method, self.errors) = (method, errors) }
  }

  package var layer: Int
  package var head: Int
  package var gamma: Double
  /// Norm 3 is always the paper's, as the mistakes concern it.
  package var norms: RetentionNorms
  package var chunkLength: Int
  /// 1,000, 10,000 and 100,000 tokens: the session's tokens repeated, each rotated at its own position.
  package var lengths: [Int]
  package var rows: [Row]
  /// Tokens of the longest text whose norm 3 divisor was above 1. Without any, the two mistakes have no effect, and their
  /// errors are rounding. The model's values are not scaled to enlarge the errors.
  package var divisions: Int

  package init(
    layer: Int, head: Int, gamma: Double, norms: RetentionNorms, chunkLength: Int, lengths: [Int], rows: [Row],
    divisions: Int = 0
  ) {
    (self.layer, self.head, self.gamma, self.norms) = (layer, head, gamma, norms)
    (self.chunkLength, self.lengths, self.rows, self.divisions) = (chunkLength, lengths, rows, divisions)
  }
}
