/// Retention of all heads of a batch on plain arrays, without projections, group norm or gate: the equations alone.
///
///     o_n = f_n Σ_{m≤n} γ^(n−m) (q_n·k_m) v_m
///
/// In Float32, or in Double as a reference for it.
public struct BatchedRetention<Scalar: BLASScalar> {
  public let decay: Decay
  public let headDim: Int
  public let valueDim: Int
  private let scratch = RetentionScratch<Scalar>()

  public init(decay: Decay, headDim: Int, valueDim: Int) {
    self.decay = decay
    self.headDim = headDim
    self.valueDim = valueDim
  }

  /// The state before the first token.
  public func makeState(batch: Int) -> RetentionState<Scalar> {
    RetentionState(batch: batch, heads: decay.gammas.count, headDim: headDim, valueDim: valueDim)
  }

  /// - Parameters:
  ///   - q: queries, rotated, `[batch, heads, time, headDim]`.
  ///   - k: keys, rotated, likewise.
  ///   - v: values, `[batch, heads, time, valueDim]`.
  ///   - norms: torchscale's norm 3 acts where `RetentionNorms.available` says so, and is off elsewhere.
  ///   - state: what the tokens before have left, advanced past these.
  /// - Returns: o, `[batch, heads, time, valueDim]`.
  public func callAsFunction(
    q: [Scalar], k: [Scalar], v: [Scalar], form: RetentionForm, norms: RetentionNorms,
    state: inout RetentionState<Scalar>
  ) -> [Scalar] {
    let rows = state.batch * state.heads
    let time = rows * headDim == 0 ? 0 : q.count / (rows * headDim)
    precondition(
      q.count == rows * time * headDim && k.count == q.count && v.count == rows * time * valueDim,
      "q, k, v of \(q.count), \(k.count), \(v.count) numbers for [\(state.batch), \(state.heads), time, "
        + "\(headDim) and \(valueDim)]")
    var output = [Scalar](repeating: 0, count: v.count)
    let heads = state.heads
    let available = norms.available(in: form, from: state.position)
    output.withUnsafeMutableBufferPointer { output in
      q.withUnsafeBufferPointer { q in
        k.withUnsafeBufferPointer { k in
          v.withUnsafeBufferPointer { v in
            guard time > 0, let o = output.baseAddress, let q = q.baseAddress, let k = k.baseAddress,
              let v = v.baseAddress
            else { return }
            state.advance(by: time) { b, h, headState in
              let row = (b * heads + h) * time
              let input = RetentionHead<Scalar>.Input(
                q: Matrix(q + row * headDim, rows: time, columns: headDim),
                k: Matrix(k + row * headDim, rows: time, columns: headDim),
                v: Matrix(v + row * valueDim, rows: time, columns: valueDim))
              RetentionHead(gamma: decay.gammas[h], norms: available).forward(
                form, input, state: &headState,
                output: Matrix(o + row * valueDim, rows: time, columns: valueDim), scratch: scratch)
            }
          }
        }
      }
    }
    return output
  }

  /// Eq. 5 under any mask, over whole sequences: no state goes in or comes out.
  ///
  /// - Parameters: q, k, v: as above.
  /// - Returns: o, `[batch, heads, time, valueDim]`.
  /// - Throws: `RetentionError` where a custom mask does not fit.
  public func callAsFunction(
    q: [Scalar], k: [Scalar], v: [Scalar], batch: Int, mask: RetentionMask, norms: RetentionNorms
  ) throws -> [Scalar] {
    let heads = decay.gammas.count
    let rows = batch * heads
    let time = rows * headDim == 0 ? 0 : q.count / (rows * headDim)
    precondition(
      q.count == rows * time * headDim && k.count == q.count && v.count == rows * time * valueDim,
      "q, k, v of \(q.count), \(k.count), \(v.count) numbers for [\(batch), \(heads), time, "
        + "\(headDim) and \(valueDim)]")
    try mask.validate(in: .parallel, time: time)
    var output = [Scalar](repeating: 0, count: v.count)
    output.withUnsafeMutableBufferPointer { output in
      q.withUnsafeBufferPointer { q in
        k.withUnsafeBufferPointer { k in
          v.withUnsafeBufferPointer { v in
            guard time > 0, let o = output.baseAddress, let q = q.baseAddress, let k = k.baseAddress,
              let v = v.baseAddress
            else { return }
            for index in 0..<rows {
              let row = index * time
              let input = RetentionHead<Scalar>.Input(
                q: Matrix(q + row * headDim, rows: time, columns: headDim),
                k: Matrix(k + row * headDim, rows: time, columns: headDim),
                v: Matrix(v + row * valueDim, rows: time, columns: valueDim))
              RetentionHead(gamma: decay.gammas[index % heads], norms: norms).maskedForward(
                input, mask: mask, output: Matrix(o + row * valueDim, rows: time, columns: valueDim), scratch: scratch)
            }
          }
        }
      }
    }
    return output
  }
}

extension RetentionState where Scalar: BLASScalar {
  /// S and z as the equations have them under norm 1, which scales keys by d_k^(−1/2); the state itself is held without.
  public func scaledByNorm1() -> RetentionState {
    var scaled = self
    let factor = 1 / Double(headDim).squareRoot()
    for i in scaled.matrix.indices { scaled.matrix[i] *= Scalar(factor) }
    for i in scaled.keySum.indices { scaled.keySum[i] *= factor }
    return scaled
  }
}
