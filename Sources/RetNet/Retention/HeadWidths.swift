/// How a retention layer's rows divide into heads. Numbers alone: a layer has the names of its tensors, and to copy those on
/// the way of every token takes longer than to copy these.
package struct HeadWidths: Sendable, Hashable {
  /// Query heads.
  package let heads: Int
  /// Heads of keys and values.
  package let keyValueHeads: Int
  /// d_k of one head.
  package let headDim: Int
  /// d_v of one head.
  package let valueDim: Int

  package init(_ shape: RetentionLayerShape) {
    (heads, keyValueHeads) = (shape.heads, shape.keyValueHeads)
    (headDim, valueDim) = (shape.keyDim / shape.heads, shape.valueDim / shape.heads)
  }

  /// Query heads that one key and value head serves.
  package var group: Int { heads / keyValueHeads }
}
