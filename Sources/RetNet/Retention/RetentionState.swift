/// Everything that the past leaves behind in one layer: the same value goes in and out of every form.
///
/// It is held raw, without norms 1, 2 and 3, so that switching one of them acts on the whole history.
public struct RetentionState<Scalar: Sendable & Hashable>: Sendable, Hashable {
  /// Texts side by side.
  public let batch: Int
  /// Query heads; under grouped keys and values each of them has its own state.
  public let heads: Int
  /// d_k
  public let headDim: Int
  /// d_v
  public let valueDim: Int

  /// S = Σ_m γ^(n−m) k_mᵀ v_m, `[batch, heads, headDim, valueDim]`.
  public package(set) var matrix: [Scalar]
  /// z = Σ_m γ^(n−m) k_m, `[batch, heads, headDim]`, for norm 3.
  public package(set) var keySum: [Double]
  /// c = Σ_m γ^(n−m), `[heads]`, for norm 2.
  public package(set) var decaySum: [Double]
  /// Tokens seen so far: the position of the next token, which its rotation needs.
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

  /// The entries of S of one head, `[headDim, valueDim]`, row by row.
  package func matrix(batch b: Int = 0, head: Int) -> ArraySlice<Scalar> {
    precondition(b < batch && head < heads, "state of [\(batch), \(heads)] heads has no head [\(b), \(head)]")
    let size = headDim * valueDim
    let start = (b * heads + head) * size
    return matrix[start..<start + size]
  }
}

extension RetentionState where Scalar == Float {
  /// The state before the first token of a layer.
  ///
  /// - Throws: `RetNetError.value` where the batch is not in 1 … 2²⁰.
  init(checkedBatch batch: Int, _ layer: MultiScaleRetentionLayer) throws(RetNetError) {
    try RetNetError.require(batch: batch)
    self.init(batch: batch, heads: layer.heads, headDim: layer.headDim, valueDim: layer.valueDim)
  }

  /// S of one head.
  ///
  /// - Parameters:
  ///   - head: from 0.
  ///   - batch: which of the texts, from 0.
  /// - Returns: `[headDim, valueDim]`.
  /// - Throws: `RetNetError.value` where there is no such head or text.
  public func matrix(ofHead head: Int, batch: Int = 0) throws(RetNetError) -> Tensor {
    Tensor(checked: Array(matrix[try range(ofHead: head, batch: batch)]), shape: [headDim, valueDim])
  }

  /// Puts another S in the place of one head's.
  ///
  /// - Parameter matrix: `[headDim, valueDim]`.
  /// - Throws: `RetNetError` where there is no such head or text, or the matrix has another shape.
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

  /// - Throws: `RetNetError.shape` where this is the state of another layer than `layer`; `value` of its position.
  package func validate(_ layer: MultiScaleRetentionLayer) throws(RetNetError) {
    let (found, expected) = ([heads, headDim, valueDim], [layer.heads, layer.headDim, layer.valueDim])
    guard found == expected else {
      throw .shape(
        of: "state", found: [batch] + found, expected: "[batch, heads, d_k, d_v] with \(expected) of this layer")
    }
    try requirePosition()
  }

  /// - Throws: `RetNetError.value` where the next token's position is not exact in Double.
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
  /// Hands `body` one head's S, z and c of the first batch entry, to read.
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

  /// Every head's S, z and c in memory that `body` may hand to several threads, each head to one of them.
  package struct Heads {
    package let batch: Int
    fileprivate let heads: Int
    fileprivate let headDim: Int
    fileprivate let valueDim: Int
    fileprivate let matrix: UnsafeMutablePointer<Scalar>
    fileprivate let keySum: UnsafeMutablePointer<Double>
    fileprivate let decaySum: UnsafeMutablePointer<Double>
    /// Tokens before those that are advanced past.
    package let position: Int

    /// Has `body` advance one head of every batch entry.
    package func advance(head h: Int, _ body: (_ batch: Int, inout RetentionHead<Scalar>.State) -> Void) {
      let before = decaySum[h]
      for b in 0..<batch {
        let index = b * heads + h
        var head = RetentionHead<Scalar>.State(
          matrix: MutableMatrixView(matrix + index * headDim * valueDim, rows: headDim, columns: valueDim),
          keySum: keySum + index * headDim, decaySum: before,
          isEmpty: position == 0 && isZero(matrix + index * headDim * valueDim, count: headDim * valueDim))
        body(b, &head)
        // Every batch entry has seen as many tokens, so c is one number per head.
        decaySum[h] = head.decaySum
      }
    }
  }

  /// Moves the state past `count` tokens: `body` advances every head.
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

/// Before the first token S is zero, unless it was trained.
private func isZero<Scalar: BLASScalar>(_ matrix: UnsafePointer<Scalar>, count: Int) -> Bool {
  (0..<count).allSatisfy { matrix[$0] == 0 }
}
