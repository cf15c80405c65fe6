/// What a multi-scale retention layer is made of: widths, rotation, gate, group norm, and how its tensors are named.
package struct RetentionLayerShape: Sendable, Hashable {
  package var modelDim: Int
  /// Query heads.
  package var heads: Int
  /// Heads of keys and values, each serving `heads / keyValueHeads` queries.
  package var keyValueHeads: Int
  /// d_k of all query heads together.
  package var keyDim: Int
  /// d_v of all query heads together.
  package var valueDim: Int
  /// As wide as one head: `XPos.halves(headDim:)` or `XPos.neighbours(headDim:)` of keyDim / heads.
  package var rotation: XPos
  /// Whether the five projections have biases.
  package var bias = false
  /// nil: no output gate.
  package var gate: Activation? = .silu
  package var groupNorm: NormShape = .rms(weight: true)
  /// ε of the group norm.
  package var normEpsilon: Float
  package var names: Names

  /// Tensor names behind the layer's prefix, without `.weight` and `.bias`.
  package struct Names: Sendable, Hashable {
    package var query = "q_proj"
    package var key = "k_proj"
    package var value = "v_proj"
    package var gate = "g_proj"
    package var groupNorm: String
    package var output = "o_proj"

    /// flash-linear-attention, where the norm is called by whether a gate follows it.
    package static func fla(gate: Bool) -> Names { Names(groupNorm: gate ? "g_norm_swish_gate" : "g_norm") }

    package static let torchscale = Names(groupNorm: "group_norm", output: "out_proj")

    /// The stand-alone module.
    package static let module = Names(groupNorm: "norm")
  }

  /// Widths that are computed with; far above any model's.
  package static let widths = 1...1 << 20
  /// With more, γ_h = 1 − 2^(−5−h) of the last would be 1 in Double.
  package static let heads = 1...49

  /// Why heads do not fit the widths; nil where they do.
  package var problem: String? {
    if ![modelDim, keyDim, valueDim].allSatisfy(Self.widths.contains) {
      return "widths are from 1 to \(Self.widths.upperBound)"
    }
    if !Self.heads.contains(heads) || keyValueHeads < 1 {
      return "there are from 1 to \(Self.heads.upperBound) heads"
    }
    if heads % keyValueHeads != 0 { return "\(keyValueHeads) key and value heads do not serve \(heads) heads evenly" }
    if keyDim % (2 * heads) != 0 { return "\(heads) heads do not share \(keyDim) keys in even parts" }
    if valueDim % heads != 0 { return "\(heads) heads do not share \(valueDim) values evenly" }
    return nil
  }

  /// - Throws: `RetNetError.value` where heads do not fit the widths, or ε is negative or not a number.
  package func validate() throws(RetNetError) {
    if let problem { throw .value(of: "number of heads", found: "\(heads)", expected: "one that fits: \(problem)") }
    try RetNetError.require(normEpsilon >= 0 && normEpsilon.isFinite, "norm's ε", normEpsilon, "0 or more")
  }
}

/// How the rows of a retention layer divide into heads. A trivial type: the shape has names.
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

  /// Query heads that share one key and value head.
  package var group: Int { heads / keyValueHeads }
}
