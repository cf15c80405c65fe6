/// Retention of one head, before the group norm: one function, computed in three forms (arXiv 2307.08621, Section 2).
///
/// With q, k already rotated by their position (`XPos`), and the decay γ of the head (`Decay`), Eq. 4 sums over the past
///
///     o_n = f_n Σ_{m≤n} γ^(n−m) (q_n·k_m) v_m
///
/// where f_n holds norms 1, 2 and 3 (`RowFactors`). The sum is computed
///
/// - over all tokens at once, as (QKᵀ ⊙ D) V, in `parallelForward` (Eq. 5),
/// - token by token, as q_n S_n with S_n = γ S_{n−1} + k_nᵀ v_n, in `recurrentForward` (Eq. 6),
/// - chunk by chunk, as the first inside a chunk and the second between chunks, in `chunkwiseForward` (Eq. 7).
///
/// Each form takes the state that the past left behind and leaves the state for the future, so that one may go on where
/// another stopped.
struct RetentionHead<Scalar: BLASScalar> {
  let gamma: Double
  let norms: RetentionNorms

  /// One head of one sequence. The matrices are views; none of them is written to.
  struct Input {
    /// Queries, rotated, `[time, headDim]`.
    var q: Matrix<Scalar>
    /// Keys, rotated, `[time, headDim]`.
    var k: Matrix<Scalar>
    /// Values, `[time, valueDim]`.
    var v: Matrix<Scalar>

    var time: Int { q.rows }
    var headDim: Int { q.columns }
    var valueDim: Int { v.columns }

    func rows(_ range: Range<Int>) -> Input { Input(q: q.rows(range), k: k.rows(range), v: v.rows(range)) }
  }

  /// The state of one head: S, z and c of `RetentionState`, as views that a form reads and then advances.
  struct State {
    /// S, `[headDim, valueDim]`.
    var matrix: Matrix<Scalar>
    /// z, `[headDim]`.
    var keySum: UnsafeMutablePointer<Double>
    /// c.
    var decaySum: Double
    /// Whether no token has been seen yet, so that S, z and c are zero.
    var isEmpty: Bool
  }

  /// A way to compute what `forward` does.
  typealias Computation = (
    _ head: RetentionHead, _ form: RetentionForm, _ input: Input, _ state: inout State, _ output: Matrix<Scalar>
  ) -> Void

  /// Computes `form` on `input`, advances `state` past it, and writes o, `[time, valueDim]`, into `output`; or has
  /// `scratch.substitute` do so.
  func forward(
    _ form: RetentionForm, _ input: Input, state: inout State, output: Matrix<Scalar>,
    scratch: RetentionScratch<Scalar>
  ) {
    if let substitute = scratch.substitute { return substitute(self, form, input, &state, output) }
    compute(form, input, state: &state, output: output, scratch: scratch)
  }

  /// What `forward` does where nothing is put in its place.
  func compute(
    _ form: RetentionForm, _ input: Input, state: inout State, output: Matrix<Scalar>,
    scratch: RetentionScratch<Scalar>
  ) {
    switch form {
    case .parallel: parallelForward(input, state: &state, output: output, scratch: scratch)
    case .recurrent: recurrentForward(input, state: &state, output: output)
    case .chunkwise(let length):
      chunkwiseForward(input, chunkLength: length, state: &state, output: output, scratch: scratch)
    }
  }
}

extension RetentionNorms {
  /// The norms that `form` can compute on a sequence that begins at `position`: torchscale's norm 3 sums |R_nm| over the
  /// whole past, which no finite state holds, so it is there only where the parallel form sees all of it.
  public func available(in form: RetentionForm, from position: Int) -> RetentionNorms {
    var norms = self
    if norm3 == .torchscale && (form != .parallel || position > 0) { norms.norm3 = .off }
    return norms
  }
}
