@testable import RetNet

/// Chunkwise retention in plain Double loops with a fault that verification must find.
struct BrokenRetention {
  enum Fault: String, CaseIterable, Sendable {
    /// No fault: a correct form.
    case none
    /// ξ_n = γ^n instead of γ^(n+1): the cross-chunk term is too large by a factor of 1 / γ.
    case decayOffByOne
    /// The state is divided by its Frobenius norm at the end of each chunk if the norm is above 1.
    case dividedState
    /// The row sums of norms 2 and 3 start at 0 in each chunk.
    case localRowSum
  }

  var fault: Fault

  /// Computes one head in chunks of `length` tokens and sets `output`.
  func compute(
    _ head: RetentionHead<Float>, chunkLength length: Int, _ input: RetentionHead<Float>.Input,
    _ output: MutableMatrixView<Float>
  ) {
    let (gamma, d, w) = (head.gamma, input.headDim, input.valueDim)
    var (state, keySum, decaySum) = ([Double](repeating: 0, count: d * w), [Double](repeating: 0, count: d), 0.0)
    let scale = head.norms.norm1 ? 1 / Double(d).squareRoot() : 1
    for start in stride(from: 0, to: input.time, by: length) {
      let end = min(start + length, input.time)
      for n in start..<end {
        let q = (0..<d).map { Double(input.q.row(n)[$0]) }
        var o = [Double](repeating: 0, count: w)
        let cross = Decay.power(gamma, n - start + (fault == .decayOffByOne ? 0 : 1))
        var (rowSum, absoluteSum, decays) = (0.0, 0.0, 0.0)
        for i in 0..<d {
          for j in 0..<w { o[j] += cross * q[i] * state[i * w + j] }
          if fault != .localRowSum { rowSum += cross * q[i] * keySum[i] }
        }
        if fault != .localRowSum { decays += cross * decaySum }
        for m in start...n {
          let power = Decay.power(gamma, n - m)
          let score = power * (0..<d).reduce(0) { $0 + q[$1] * Double(input.k.row(m)[$1]) }
          for j in 0..<w { o[j] += score * Double(input.v.row(m)[j]) }
          (rowSum, absoluteSum, decays) = (rowSum + score, absoluteSum + abs(score), decays + power)
        }
        let factor = head.norms.norm2 ? scale / decays.squareRoot() : scale
        var divisor = 1.0
        if head.norms.norm3 == .paper { divisor = max(abs(factor * rowSum), 1) }
        if head.norms.norm3 == .torchscale { divisor = min(max(factor * absoluteSum, 1), 50_000) }
        for j in 0..<w { output.row(n)[j] = Float(o[j] * factor / divisor) }
      }
      let decay = Decay.power(gamma, end - start)
      state = state.map { $0 * decay }
      keySum = keySum.map { $0 * decay }
      decaySum *= decay
      for m in start..<end {
        let power = Decay.power(gamma, end - 1 - m)
        decaySum += power
        for i in 0..<d {
          let key = power * Double(input.k.row(m)[i])
          keySum[i] += key
          for j in 0..<w { state[i * w + j] += key * Double(input.v.row(m)[j]) }
        }
      }
      if fault == .dividedState {
        let norm = max(state.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1)
        state = state.map { $0 / norm }
      }
    }
  }

  /// The package's computation, replaced by a broken one if `isBroken` is true.
  func computation(
    where isBroken: @escaping (_ head: RetentionHead<Float>, _ form: RetentionForm) -> Bool
  ) -> RetentionHead<Float>.Computation {
    let scratch = RetentionScratch<Float>()
    return { head, form, input, state, output in
      guard isBroken(head, form) else {
        return head.compute(form, input, state: &state, output: output, scratch: scratch)
      }
      let length =
        switch form {
        case .parallel: max(input.time, 1)
        case .recurrent: 1
        case .chunkwise(let length): length
        }
      compute(head, chunkLength: length, input, output)
    }
  }
}
