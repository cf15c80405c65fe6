import RetNet

/// What each form costs in one layer of a model, over growing lengths.
public struct CostsReading: Sendable, Hashable {
  public struct Row: Sendable, Hashable {
    public var form: RetentionForm
    public var length: Int
    /// Floating-point operations of the retention of all heads (`OperationCount`).
    public var operations: Double
    /// Bytes that hold what the form needs beside q, k, v and o: scores, powers of γ, the state.
    public var bytes: Int
    /// Measured here, the median of several runs.
    public var seconds: Double

    public init(form: RetentionForm, length: Int, operations: Double, bytes: Int, seconds: Double) {
      (self.form, self.length, self.operations) = (form, length, operations)
      (self.bytes, self.seconds) = (bytes, seconds)
    }
  }

  public var layer: Int
  public var heads: Int
  public var headDim: Int
  public var valueDim: Int
  public var chunkLength: Int
  /// Ordered by length, then parallel, chunkwise, recurrent.
  public var rows: [Row]

  /// Bytes of the state of all heads, whatever the length.
  public var stateBytes: Int { heads * (headDim * valueDim * 4 + headDim * 8 + 8) }

  /// Bytes of the keys and values that a Transformer's layer of the same widths keeps of so many tokens, in Float32.
  public func cacheBytes(length: Int) -> Int { length * heads * (headDim + valueDim) * 4 }

  public init(layer: Int, heads: Int, headDim: Int, valueDim: Int, chunkLength: Int, rows: [Row]) {
    (self.layer, self.heads, self.headDim, self.valueDim) = (layer, heads, headDim, valueDim)
    (self.chunkLength, self.rows) = (chunkLength, rows)
  }
}
