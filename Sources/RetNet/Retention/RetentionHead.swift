/// Retention of one head, before the group norm: one function, computed in three forms (arXiv 2307.08621, Section 2).
///
/// With q, k already rotated by their position (`XPos`), and the decay γ of the head (`Decay`), Eq. 4 sums over the past
///
///     o_n = f_n Σ_{m≤n} γ^(n−m) (q_n·k_m) v_m
///
/// where f_n holds norms 1, 2 and 3 (`ScoreNormalization`). The sum is computed
///
/// - over all tokens at once, as (QKᵀ ⊙ D) V, in `parallelForward` (Eq. 5),
/// - token by token, as q_n S_n with S_n = γ S_{n−1} + k_nᵀ v_n, in `recurrentForward` (Eq. 6),
/// - chunk by chunk, as the first inside a chunk and the second between chunks, in `chunkwiseForward` (Eq. 7).
///
/// Each form takes the state that the past left behind and leaves the state for the future, so that one may go on where
/// another stopped.
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

  /// The same to write: where the gradients of an input go, or its copy.
  package struct MutableInput {
    /// As in `Input`.
    package var q, k, v: MutableMatrixView<Scalar>

    package init(q: MutableMatrixView<Scalar>, k: MutableMatrixView<Scalar>, v: MutableMatrixView<Scalar>) {
      self.q = q
      self.k = k
      self.v = v
    }

    /// The same memory, to read.
    package var view: Input { Input(q: q.view, k: k.view, v: v.view) }

    package func rows(_ range: Range<Int>) -> MutableInput {
      MutableInput(q: q.rows(range), k: k.rows(range), v: v.rows(range))
    }
  }

  /// The state of one head: S, z and c of `RetentionState`, as views that a form reads and then advances.
  package struct State {
    /// S, `[headDim, valueDim]`.
    package var matrix: MutableMatrixView<Scalar>
    /// z, `[headDim]`.
    package var keySum: UnsafeMutablePointer<Double>
    /// c.
    package var decaySum: Double
    /// Whether no token has been seen yet, so that S, z and c are zero.
    package var isEmpty: Bool

    package init(
      matrix: MutableMatrixView<Scalar>, keySum: UnsafeMutablePointer<Double>, decaySum: Double, isEmpty: Bool
    ) {
      self.matrix = matrix
      self.keySum = keySum
      self.decaySum = decaySum
      self.isEmpty = isEmpty
    }

    /// The same memory, to read.
    package var view: StateView {
      StateView(matrix: matrix.view, keySum: keySum, decaySum: decaySum, isEmpty: isEmpty)
    }
  }

  /// As `State`, to read.
  package struct StateView {
    package let matrix: MatrixView<Scalar>
    package let keySum: UnsafePointer<Double>
    package let decaySum: Double
    package let isEmpty: Bool
  }

  /// A way to compute what `forward` does.
  package typealias Computation = (
    _ head: RetentionHead, _ form: RetentionForm, _ input: Input, _ state: inout State,
    _ output: MutableMatrixView<Scalar>
  ) -> Void

  /// Computes `form` on `input`, advances `state` past it, and writes o, `[time, valueDim]`, into `output`; or has
  /// `scratch.substitute` do so.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func forward(
    _ form: RetentionForm, _ input: Input, state: inout State, output: MutableMatrixView<Scalar>,
    scratch: RetentionScratch<Scalar>
  ) {
    if let substitute = scratch.substitute { return substitute(self, form, input, &state, output) }
    compute(form, input, state: &state, output: output, scratch: scratch)
  }

  /// What `forward` does where nothing is put in its place.
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
  /// The norms that `form` can compute on a sequence that begins at `position`: torchscale's norm 3 sums |R_nm| over the
  /// whole past, which no finite state holds, so it is there only where the parallel form sees all of it.
  package func available(in form: RetentionForm, from position: Int) -> RetentionNorms {
    var norms = self
    if norm3 == .torchscale && (form != .parallel || position > 0) { norms.norm3 = .off }
    return norms
  }
}
