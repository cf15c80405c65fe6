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

extension RetentionState where Scalar: BLASScalar {
  /// Moves the state past `count` tokens: hands each head's S, z and c of each batch entry to `body`, which advances them.
  mutating func advance(by count: Int, _ body: (_ batch: Int, _ head: Int, inout RetentionHead<Scalar>.State) -> Void) {
    let (batch, heads, headDim, valueDim) = (batch, heads, headDim, valueDim)
    let decaySumBefore = decaySum
    let isEmpty = position == 0
    matrix.withUnsafeMutableBufferPointer { matrix in
      keySum.withUnsafeMutableBufferPointer { keySum in
        guard let matrix = matrix.baseAddress, let keySum = keySum.baseAddress else { return }
        for b in 0..<batch {
          for h in 0..<heads {
            let index = b * heads + h
            var head = RetentionHead<Scalar>.State(
              matrix: Matrix(matrix + index * headDim * valueDim, rows: headDim, columns: valueDim),
              keySum: keySum + index * headDim, decaySum: decaySumBefore[h], isEmpty: isEmpty)
            body(b, h, &head)
            // Every batch entry has seen as many tokens, so c is one number per head.
            decaySum[h] = head.decaySum
          }
        }
      }
    }
    position += count
  }
}
