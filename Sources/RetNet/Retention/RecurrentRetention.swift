import CKernels

extension RetentionHead {
  /// Eq. 6: one token at a time, with constant memory.
  ///
  ///     S_n = γ S_{n−1} + k_nᵀ v_n
  ///     o_n = f_n q_n S_n
  ///
  /// - Parameter output: O, `[time, valueDim]`. `state` is advanced past the sequence.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func recurrentForward(_ input: Input, state: inout State, output: MutableMatrixView<Scalar>) {
    let decay = Scalar(gamma)
    var factors = ScoreNormalization(norms: norms, headDim: input.headDim)
    for n in 0..<input.time {
      let (q, k, v) = (input.q.row(n), input.k.row(n), input.v.row(n))
      factors.advance(q: q, k: k, headDim: input.headDim, gamma: gamma, keySum: state.keySum, decaySum: &state.decaySum)
      let o = output.row(n)
      step(state.matrix, q: q, k: k, v: v, gamma: decay, into: o)
      VectorMath.scale(o, by: Scalar(factors.factor), count: input.valueDim)
    }
    state.isEmpty = state.isEmpty && input.time == 0
  }
}

extension RetentionHead {
  /// `plainStep`, with a kernel for Float32 that uses the widest vectors of the processor.
  @inline(__always)
  private func step(
    _ s: MutableMatrixView<Scalar>, q: UnsafePointer<Scalar>, k: UnsafePointer<Scalar>, v: UnsafePointer<Scalar>,
    gamma: Scalar, into o: UnsafeMutablePointer<Scalar>
  ) {
    guard let gamma = gamma as? Float, s.stride == s.columns else {
      return Self.plainStep(s, q: q, k: k, v: v, gamma: gamma, into: o)
    }
    func floats(_ p: UnsafePointer<Scalar>) -> UnsafePointer<Float> {
      UnsafeRawPointer(p).assumingMemoryBound(to: Float.self)
    }
    func mutableFloats(_ p: UnsafeMutablePointer<Scalar>) -> UnsafeMutablePointer<Float> {
      UnsafeMutableRawPointer(p).assumingMemoryBound(to: Float.self)
    }
    retnet_retention_step(
      mutableFloats(s.base), s.rows, s.columns, floats(q), floats(k), floats(v), gamma, mutableFloats(o))
  }

  /// S ← γ S + kᵀ v,  o ← q S.
  ///
  /// - Parameters:
  ///   - s: S, `[headDim, valueDim]`.
  ///   - q, k: `[headDim]`.
  ///   - v, o: `[valueDim]`.
  static func plainStep(
    _ s: MutableMatrixView<Scalar>, q: UnsafePointer<Scalar>, k: UnsafePointer<Scalar>, v: UnsafePointer<Scalar>,
    gamma: Scalar, into o: UnsafeMutablePointer<Scalar>
  ) {
    o.update(repeating: 0, count: s.columns)
    for i in 0..<s.rows {
      let row = s.row(i)
      let (key, query) = (k[i], q[i])
      for j in 0..<s.columns {
        row[j] = gamma * row[j] + key * v[j]
        o[j] += query * row[j]
      }
    }
  }
}
