import RetNet

/// How many floating-point operations a model's equations ask for: 2 for each product that is added to a sum.
///
/// Only products are counted, not norms, gates, rotations and decays, and only those that the result needs: of QKᵀ ⊙ D the
/// half that the mask leaves. So a share of the machine's sgemm rate that is computed with it leaves nothing out in favour
/// of the code that is measured.
package struct OperationCount: Sendable, Hashable {
  private let layers: Int
  private let heads: Int
  private let headDim: Int
  private let valueDim: Int
  /// Numbers in the matrices of all blocks.
  package let blockNumbers: Int
  /// Numbers in the head's matrix, which is the embedding's where the head is tied.
  package let headNumbers: Int

  package init(_ model: RetNetModel) {
    let (architecture, configuration) = (model.architecture, model.configuration)
    layers = configuration.layers
    heads = configuration.heads
    headDim = configuration.headDim
    valueDim = configuration.headValueDim
    blockNumbers = architecture.blocks.flatMap { architecture.parameters(of: $0) }.filter { !$0.isVector }.reduce(0) {
      $0 + $1.count
    }
    headNumbers = architecture.head.count
  }

  /// Reading n tokens into an empty state, with the logits of the last one.
  ///
  ///     2 n (numbers in the blocks' matrices) + retention(n) + 2 (numbers in the head's matrix)
  package func prefill(_ form: RetentionForm, tokens n: Int) -> Double {
    2 * Double(n) * Double(blockNumbers) + retention(form, tokens: n) + 2 * Double(headNumbers)
  }

  /// One training step on `sequences` sequences of n tokens, each of which is predicted.
  ///
  ///     3 sequences (2 n (numbers in the matrices of blocks and head) + retention(n))
  ///
  /// 3 because each product y = W x of the forward pass has two in the backward pass, dx = Wᵀ dy and dW = dy xᵀ; likewise
  /// the products of retention. What is computed a second time to save memory does not count.
  package func training(_ form: RetentionForm, sequences: Int, tokens n: Int) -> Double {
    3 * Double(sequences) * (2 * Double(n) * Double(blockNumbers + headNumbers) + retention(form, tokens: n))
  }

  /// The products of retention on n tokens from an empty state, all heads of all layers, and those for the state that is
  /// left behind.
  package func retention(_ form: RetentionForm, tokens n: Int) -> Double {
    Double(layers) * retentionOfLayer(form, tokens: n)
  }

  /// Those of one layer. Of each head, with d = d_k and v = d_v,
  ///
  ///     parallel     (d + v) n (n + 1) + 2 n d v                 QKᵀ and its product with V, causal; Kᵀ V
  ///     recurrent    4 n d v                                     kᵀ v and q S
  ///     chunkwise    Σ over chunks of c tokens:
  ///                  (d + v) c (c + 1) + 2 c d v + 2 c d v       as parallel; Q S, but for the first chunk
  package func retentionOfLayer(_ form: RetentionForm, tokens n: Int) -> Double {
    let (d, v) = (Double(headDim), Double(valueDim))
    func within(_ c: Int) -> Double { (d + v) * Double(c) * Double(c + 1) + 2 * Double(c) * d * v }
    let ofHead: Double
    switch form {
    case .parallel: ofHead = within(n)
    case .recurrent: ofHead = 4 * Double(n) * d * v
    case .chunkwise(let length):
      let (whole, rest) = n.quotientAndRemainder(dividingBy: length)
      let crossing = max(n - min(length, n), 0)
      ofHead = Double(whole) * within(length) + within(rest) + 2 * Double(crossing) * d * v
    }
    return Double(heads) * ofHead
  }
}
