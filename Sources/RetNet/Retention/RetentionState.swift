/// Everything that the past leaves behind in one layer: the same value goes in and out of every form.
///
/// It is held raw, without norms 1, 2 and 3, so that switching one of them acts on the whole history.
public struct RetentionState<Scalar: Sendable & Hashable & Codable>: Sendable, Hashable, Codable {
  public let batch: Int
  /// Query heads; under grouped keys and values each of them has its own state.
  public let heads: Int
  /// d_k
  public let headDim: Int
  /// d_v
  public let valueDim: Int

  /// S = Σ_m γ^(n−m) k_mᵀ v_m, `[batch, heads, headDim, valueDim]`.
  public var matrix: [Scalar]
  /// z = Σ_m γ^(n−m) k_m, `[batch, heads, headDim]`, for norm 3.
  public var keySum: [Double]
  /// c = Σ_m γ^(n−m), `[heads]`, for norm 2.
  public var decaySum: [Double]
  /// Tokens seen so far: the position of the next token, which its rotation needs.
  public var position: Int

  /// The state before the first token: all zero.
  public init(batch: Int = 1, heads: Int, headDim: Int, valueDim: Int) where Scalar: BinaryFloatingPoint {
    self.batch = batch
    self.heads = heads
    self.headDim = headDim
    self.valueDim = valueDim
    matrix = Array(repeating: 0, count: batch * heads * headDim * valueDim)
    keySum = Array(repeating: 0, count: batch * heads * headDim)
    decaySum = Array(repeating: 0, count: heads)
    position = 0
  }

  /// The entries of S of one head, `[headDim, valueDim]`, row by row.
  public func matrix(batch b: Int = 0, head: Int) -> ArraySlice<Scalar> {
    precondition(b < batch && head < heads, "state of [\(batch), \(heads)] heads has no head [\(b), \(head)]")
    let size = headDim * valueDim
    let start = (b * heads + head) * size
    return matrix[start..<start + size]
  }
}
