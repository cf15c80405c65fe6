import RetNet

/// The floating-point operations of a model's equations: 2 for each multiply-add.
///
/// Only the products that the result needs count: no norms, gates, rotations or decays, and only the half of QKᵀ ⊙ D that
/// the mask keeps. A share of the machine's sgemm rate computed from this count never overstates the measured code.
package struct OperationCount: Sendable, Hashable {
  private let layers: Int
  private let heads: Int
  private let headDim: Int
  private let valueDim: Int
  /// Entries of the matrices of all blocks.
  package let blockNumbers: Int
  /// Entries of the head's matrix; with a tied head, of the embedding.
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

  /// Operations of reading n tokens from an empty state, with the logits of the last one.
  ///
  ///     2 n (entries of the blocks' matrices) + retention(n) + 2 (entries of the head's matrix)
  package func prefill(_ form: RetentionForm, tokens n: Int) -> Double {
    2 * Double(n) * Double(blockNumbers) + retention(form, tokens: n) + 2 * Double(headNumbers)
  }

  /// Operations of one training step on `sequences` sequences of n predicted tokens each.
  ///
  ///     3 sequences (2 n (entries of the matrices of blocks and head) + retention(n))
  ///
  /// The factor is 3 because each product y = W x of the forward pass has two in the backward pass, dx = Wᵀ dy and
  /// dW = dy xᵀ. The same holds for the products of retention. Recomputation that saves memory does not count.
  package func training(_ form: RetentionForm, sequences: Int, tokens n: Int) -> Double {
    3 * Double(sequences) * (2 * Double(n) * Double(blockNumbers + headNumbers) + retention(form, tokens: n))
  }

  /// Operations of retention on n tokens from an empty state, in all heads of all layers, with those of the final state.
  package func retention(_ form: RetentionForm, tokens n: Int) -> Double {
    Double(layers) * retentionOfLayer(form, tokens: n)
  }

  /// Operations of retention in one layer. For each head, with d = d_k and v = d_v:
  ///
  ///     parallel     (d + v) n (n + 1) + 2 n d v                 QKᵀ and its product with V, causal; Kᵀ V
  ///     recurrent    4 n d v                                     kᵀ v and q S
  ///     chunkwise    Σ over chunks of c tokens:
  ///                  (d + v) c (c + 1) + 2 c d v + 2 c d v       as parallel; Q S, except in the first chunk
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
