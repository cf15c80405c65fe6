/// Retention of one head, before the group norm: one function in three forms (arXiv 2307.08621, Section 2).
///
/// With q and k rotated by their position (`XPos`), and the head's decay γ (`Decay`), Eq. 4 sums over the past
///
///     o_n = f_n Σ_{m≤n} γ^(n−m) (q_n·k_m) v_m
///
/// where f_n is the factor of norms 1, 2 and 3 (`ScoreNormalization`). The sum is computed
///
/// - for all tokens in parallel, as (QKᵀ ⊙ D) V, in `parallelForward` (Eq. 5),
/// - token by token, as q_n S_n with S_n = γ S_{n−1} + k_nᵀ v_n, in `recurrentForward` (Eq. 6),
/// - chunk by chunk, parallel inside a chunk and recurrent between chunks, in `chunkwiseForward` (Eq. 7).
///
/// Each form starts from the state of the past and advances it, so one form can continue after another.
package struct RetentionHead<Scalar: BLASScalar> {
  package let gamma: Double
  package let norms: RetentionNorms

  package init(gamma: Double, norms: RetentionNorms) {
    self.gamma = gamma
    self.norms = norms
  }

  /// One head of one sequence.
  package struct Input {
    /// Queries, rotated, `[time, headDim]`.
    package var q: MatrixView<Scalar>
    /// Keys, rotated, `[time, headDim]`.
    package var k: MatrixView<Scalar>
    /// Values, `[time, valueDim]`.
    package var v: MatrixView<Scalar>

    package init(q: MatrixView<Scalar>, k: MatrixView<Scalar>, v: MatrixView<Scalar>) {
      self.q = q
      self.k = k
      self.v = v
    }

    package var time: Int { q.rows }
    package var headDim: Int { q.columns }
    package var valueDim: Int { v.columns }

    package func rows(_ range: Range<Int>) -> Input { Input(q: q.rows(range), k: k.rows(range), v: v.rows(range)) }
  }

  /// A mutable `Input`, for its gradients or a copy.
  package struct MutableInput {
    package var q, k, v: MutableMatrixView<Scalar>

    package init(q: MutableMatrixView<Scalar>, k: MutableMatrixView<Scalar>, v: MutableMatrixView<Scalar>) {
      self.q = q
      self.k = k
      self.v = v
    }

    /// The same memory, read-only.
    package var view: Input { Input(q: q.view, k: k.view, v: v.view) }

    package func rows(_ range: Range<Int>) -> MutableInput {
      MutableInput(q: q.rows(range), k: k.rows(range), v: v.rows(range))
    }
  }

  /// The state of one head: S, z and c of `RetentionState`, as views that a form reads and advances.
  package struct State {
    /// S, `[headDim, valueDim]`.
    package var matrix: MutableMatrixView<Scalar>
    /// z, `[headDim]`.
    package var keySum: UnsafeMutablePointer<Double>
    /// c.
    package var decaySum: Double
    /// Whether S, z and c are zero because no token has been read.
    package var isEmpty: Bool

    package init(
      matrix: MutableMatrixView<Scalar>, keySum: UnsafeMutablePointer<Double>, decaySum: Double, isEmpty: Bool
    ) {
      self.matrix = matrix
      self.keySum = keySum
      self.decaySum = decaySum
      self.isEmpty = isEmpty
    }

    /// The same memory, read-only.
    package var view: StateView {
      StateView(matrix: matrix.view, keySum: keySum, decaySum: decaySum, isEmpty: isEmpty)
    }
  }

  /// A read-only `State`.
  package struct StateView {
    package let matrix: MatrixView<Scalar>
    package let keySum: UnsafePointer<Double>
    package let decaySum: Double
    package let isEmpty: Bool
  }

  /// A replacement for `forward`.
  package typealias Computation = (
    _ head: RetentionHead, _ form: RetentionForm, _ input: Input, _ state: inout State,
    _ output: MutableMatrixView<Scalar>
  ) -> Void

  /// Computes `form` on `input`, advances `state` past it, and sets `output` to o, `[time, valueDim]`. Calls
  /// `scratch.substitute` instead if it is set.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func forward(
    _ form: RetentionForm, _ input: Input, state: inout State, output: MutableMatrixView<Scalar>,
    scratch: RetentionScratch<Scalar>
  ) {
    if let substitute = scratch.substitute { return substitute(self, form, input, &state, output) }
    compute(form, input, state: &state, output: output, scratch: scratch)
  }

  /// `forward` without a substitute.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func compute(
    _ form: RetentionForm, _ input: Input, state: inout State, output: MutableMatrixView<Scalar>,
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
  /// The norms that `form` can compute on a sequence that begins at `position`. torchscale's norm 3 sums |R_nm| over
  /// the whole past. No finite state has this sum, so the norm needs the parallel form from position 0.
  package func available(in form: RetentionForm, from position: Int) -> RetentionNorms {
    var norms = self
    if norm3 == .torchscale && (form != .parallel || position > 0) { norms.norm3 = .off }
    return norms
  }
}
