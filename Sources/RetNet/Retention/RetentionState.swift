/// The recurrent state of one layer. Every form reads it and advances it.
///
/// It is stored without norms 1, 2 and 3, so that changing one of them applies to the whole past.
public struct RetentionState<Scalar: Sendable & Hashable>: Sendable, Hashable {
  /// The number of sequences.
  public let batch: Int
  /// Query heads. Each has its own state, also if query heads share keys and values.
  public let heads: Int
  /// d_k, the width of one head's queries and keys.
  public let headDim: Int
  /// d_v, the width of one head's values.
  public let valueDim: Int

  /// S = Σ_m γ^(n−m) k_mᵀ v_m, `[batch, heads, headDim, valueDim]`.
  public package(set) var matrix: [Scalar]
  /// z = Σ_m γ^(n−m) k_m, `[batch, heads, headDim]`, for norm 3.
  public package(set) var keySum: [Double]
  /// c = Σ_m γ^(n−m), `[heads]`, for norm 2.
  public package(set) var decaySum: [Double]
  /// The number of tokens read, which is the position of the next token and sets its rotation.
  public package(set) var position: Int

  /// The state before the first token: all zero.
  package init(batch: Int = 1, heads: Int, headDim: Int, valueDim: Int) where Scalar: BinaryFloatingPoint {
    self.batch = batch
    self.heads = heads
    self.headDim = headDim
    self.valueDim = valueDim
    matrix = Array(repeating: 0, count: batch * heads * headDim * valueDim)
    keySum = Array(repeating: 0, count: batch * heads * headDim)
    decaySum = Array(repeating: 0, count: heads)
    position = 0
  }

  /// S of one head, `[headDim, valueDim]`, row by row.
  package func matrix(batch b: Int = 0, head: Int) -> ArraySlice<Scalar> {
    precondition(b < batch && head < heads, "state of [\(batch), \(heads)] heads has no head [\(b), \(head)]")
    let size = headDim * valueDim
    let start = (b * heads + head) * size
    return matrix[start..<start + size]
  }
}

extension RetentionState where Scalar == Float {
  /// The state before the first token, after a check of its size.
  ///
  /// - Throws: `RetNetError.value` if the batch is not in 1 … 2²⁰, `shape` if S has more than 2³¹ elements.
  init(checkedBatch batch: Int, heads: Int, headDim: Int, valueDim: Int) throws(RetNetError) {
    try RetNetError.require(batch: batch)
    try RetNetError.require(shape: [batch, heads, headDim, valueDim], of: "state")
    self.init(batch: batch, heads: heads, headDim: headDim, valueDim: valueDim)
  }

  init(checkedBatch batch: Int, _ layer: MultiScaleRetentionLayer) throws(RetNetError) {
    try self.init(checkedBatch: batch, heads: layer.heads, headDim: layer.headDim, valueDim: layer.valueDim)
  }

  /// S of one head.
  ///
  /// - Parameters:
  ///   - head: from 0.
  ///   - batch: the index of the sequence, from 0.
  /// - Returns: `[headDim, valueDim]`.
  /// - Throws: `RetNetError.value` if there is no such head or sequence.
  public func matrix(ofHead head: Int, batch: Int = 0) throws(RetNetError) -> Tensor {
    Tensor(checked: Array(matrix[try range(ofHead: head, batch: batch)]), shape: [headDim, valueDim])
  }

  /// Replaces S of one head. z, c and the position stay as they are.
  ///
  /// - Parameters:
  ///   - matrix: `[headDim, valueDim]`.
  ///   - head: from 0.
  ///   - batch: the index of the sequence, from 0.
  /// - Throws: ``RetNetError`` if there is no such head or sequence, or the matrix has the wrong shape.
  public mutating func setMatrix(_ matrix: Tensor, ofHead head: Int, batch: Int = 0) throws(RetNetError) {
    let range = try range(ofHead: head, batch: batch)
    guard matrix.shape == [headDim, valueDim] else {
      throw .shape(of: "matrix of a head", found: matrix.shape, expected: "[\(headDim), \(valueDim)]")
    }
    self.matrix.replaceSubrange(range, with: matrix.values)
  }

  private func range(ofHead head: Int, batch b: Int) throws(RetNetError) -> Range<Int> {
    try RetNetError.require((0..<heads).contains(head), "head", head, "0 to \(heads - 1)")
    try RetNetError.require((0..<batch).contains(b), "text of the batch", b, "0 to \(batch - 1)")
    let size = headDim * valueDim
    let start = (b * heads + head) * size
    return start..<start + size
  }

  /// - Throws: `RetNetError.shape` if the state does not have the shape of `layer`; `value` if its position is invalid.
  package func validate(_ layer: MultiScaleRetentionLayer) throws(RetNetError) {
    let (found, expected) = ([heads, headDim, valueDim], [layer.heads, layer.headDim, layer.valueDim])
    guard found == expected else {
      throw .shape(
        of: "state", found: [batch] + found, expected: "[batch, heads, d_k, d_v] ending in \(expected)")
    }
    try requirePosition()
  }

  /// - Throws: `RetNetError.value` if Double cannot represent the next token's position exactly.
  func requirePosition() throws(RetNetError) {
    try RetNetError.require((0..<1 << 53).contains(position), "position of the state", position, "0 to 2⁵³ − 1")
  }

  /// ‖S‖, the Frobenius norm of one head's state.
  package func norm(batch b: Int = 0, head: Int) -> Float {
    matrix(batch: b, head: head).withUnsafeBufferPointer { s in
      s.baseAddress.map { VectorMath.dot($0, $0, count: s.count).squareRoot() } ?? 0
    }
  }
}

extension RetentionState where Scalar: BLASScalar {
  /// Calls `body` with S, z and c of one head of the first batch entry.
  package func read(head h: Int, _ body: (RetentionHead<Scalar>.StateView) -> Void) {
    matrix.withUnsafeBufferPointer { matrix in
      keySum.withUnsafeBufferPointer { keySum in
        guard let matrix = matrix.baseAddress, let keySum = keySum.baseAddress else { return }
        body(
          RetentionHead<Scalar>.StateView(
            matrix: MatrixView(matrix + h * headDim * valueDim, rows: headDim, columns: valueDim),
            keySum: keySum + h * headDim, decaySum: decaySum[h],
            isEmpty: position == 0 && isZero(matrix + h * headDim * valueDim, count: headDim * valueDim)))
      }
    }
  }

  /// S, z and c of every head. Threads may use it concurrently for different heads.
  package struct Heads {
    package let batch: Int
    fileprivate let heads: Int
    fileprivate let headDim: Int
    fileprivate let valueDim: Int
    fileprivate let matrix: UnsafeMutablePointer<Scalar>
    fileprivate let keySum: UnsafeMutablePointer<Double>
    fileprivate let decaySum: UnsafeMutablePointer<Double>
    /// The position before the advance.
    package let position: Int

    /// Calls `body` to advance one head of every batch entry.
    package func advance(head h: Int, _ body: (_ batch: Int, inout RetentionHead<Scalar>.State) -> Void) {
      let before = decaySum[h]
      for b in 0..<batch {
        let index = b * heads + h
        var head = RetentionHead<Scalar>.State(
          matrix: MutableMatrixView(matrix + index * headDim * valueDim, rows: headDim, columns: valueDim),
          keySum: keySum + index * headDim, decaySum: before,
          isEmpty: position == 0 && isZero(matrix + index * headDim * valueDim, count: headDim * valueDim))
        body(b, &head)
        // All batch entries have read the same number of tokens, so c is one number per head.
        decaySum[h] = head.decaySum
      }
    }
  }

  /// Advances the state by `count` tokens: `body` advances every head.
  package mutating func advance(by count: Int, _ body: (Heads) -> Void) {
    let (batch, heads, headDim, valueDim, position) = (batch, heads, headDim, valueDim, position)
    matrix.withUnsafeMutableBufferPointer { matrix in
      keySum.withUnsafeMutableBufferPointer { keySum in
        decaySum.withUnsafeMutableBufferPointer { decaySum in
          guard let matrix = matrix.baseAddress, let keySum = keySum.baseAddress, let decaySum = decaySum.baseAddress
          else { return }
          body(
            Heads(
              batch: batch, heads: heads, headDim: headDim, valueDim: valueDim, matrix: matrix, keySum: keySum,
              decaySum: decaySum, position: position))
        }
      }
    }
    self.position += count
  }
}

/// S is zero before the first token, unless the initial state was trained.
private func isZero<Scalar: BLASScalar>(_ matrix: UnsafePointer<Scalar>, count: Int) -> Bool {
  (0..<count).allSatisfy { matrix[$0] == 0 }
}
