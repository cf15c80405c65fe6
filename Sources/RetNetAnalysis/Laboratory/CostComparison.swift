import RetNet

/// The cost of each form in one layer of a model at increasing lengths.
package struct CostComparison: Sendable, Hashable {
  package struct Row: Sendable, Hashable {
    package var form: RetentionForm
    package var length: Int
    /// Floating-point operations of the retention of all heads (`OperationCount`).
    package var operations: Double
    /// Bytes that the form needs in addition to q, k, v and o: scores, powers of γ, the state.
    package var bytes: Int
    /// Measured on this machine, the median of several runs.
    package var seconds: Double

    package init(form: RetentionForm, length: Int, operations: Double, bytes: Int, seconds: Double) {
      (self.form, self.length, self.operations) = (form, length, operations)
      (self.bytes, self.seconds) = (bytes, seconds)
    }
  }

  package var layer: Int
  package var heads: Int
  package var headDim: Int
  package var valueDim: Int
  package var chunkLength: Int
  /// Ordered by length, then parallel, chunkwise, recurrent.
  package var rows: [Row]

  /// Bytes of the state of all heads, at any length.
  package var stateBytes: Int { heads * (headDim * valueDim * 4 + headDim * 8 + 8) }

  /// Bytes of the KV cache of a Transformer layer of the same widths for `length` tokens, in Float32.
  package func cacheBytes(length: Int) -> Int { length * heads * (headDim + valueDim) * 4 }

  package init(layer: Int, heads: Int, headDim: Int, valueDim: Int, chunkLength: Int, rows: [Row]) {
    (self.layer, self.heads, self.headDim, self.valueDim) = (layer, heads, headDim, valueDim)
    (self.chunkLength, self.rows) = (chunkLength, rows)
  }
}
