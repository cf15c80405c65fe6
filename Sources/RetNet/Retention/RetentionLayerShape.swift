/// The shape of a multi-scale retention layer: widths, rotation, gate, group norm and tensor names.
package struct RetentionLayerShape: Sendable, Hashable {
  package var modelDim: Int
  /// Query heads.
  package var heads: Int
  /// Heads of keys and values. Each is shared by `heads / keyValueHeads` query heads.
  package var keyValueHeads: Int
  /// The total d_k of all query heads.
  package var keyDim: Int
  /// The total d_v of all query heads.
  package var valueDim: Int
  /// The rotation of one head: `XPos.halves(headDim:)` or `XPos.neighbours(headDim:)` of keyDim / heads.
  package var rotation: XPos
  /// Whether the five projections have biases.
  package var bias = false
  /// nil: no output gate.
  package var gate: Activation? = .silu
  package var groupNorm: NormShape = .rms(weight: true)
  /// ε of the group norm.
  package var normEpsilon: Float
  package var names: Names

  /// Tensor names after the layer's prefix, without `.weight` and `.bias`.
  package struct Names: Sendable, Hashable {
    package var query = "q_proj"
    package var key = "k_proj"
    package var value = "v_proj"
    package var gate = "g_proj"
    package var groupNorm: String
    package var output = "o_proj"

    /// flash-linear-attention, where the norm's name depends on the gate.
    package static func fla(gate: Bool) -> Names { Names(groupNorm: gate ? "g_norm_swish_gate" : "g_norm") }

    package static let torchscale = Names(groupNorm: "group_norm", output: "out_proj")

    /// The stand-alone module.
    package static let module = Names(groupNorm: "norm")
  }

  /// Supported widths, far above those of any model.
  package static let widths = 1...1 << 20
  /// With more heads, γ_h = 1 − 2^(−5−h) of the last would be 1 in Double.
  package static let heads = 1...49

  /// Why the widths and heads are invalid; nil if they are valid.
  package var problem: String? {
    let dims = [modelDim, keyDim, valueDim]
    if !dims.allSatisfy(Self.widths.contains) {
      return "the widths \(dims) of model, keys and values must be from 1 to \(Self.widths.upperBound)"
    }
    if !Self.heads.contains(heads) { return "heads must be from 1 to \(Self.heads.upperBound)" }
    if keyValueHeads < 1 { return "\(keyValueHeads) key and value heads, at least 1 is needed" }
    if heads % keyValueHeads != 0 { return "\(heads) heads are no multiple of \(keyValueHeads) key and value heads" }
    if keyDim % (2 * heads) != 0 { return "the key width \(keyDim) is no multiple of 2 × \(heads) heads" }
    if valueDim % heads != 0 { return "the value width \(valueDim) is no multiple of \(heads) heads" }
    return nil
  }

  /// - Throws: `RetNetError.value` if the widths and heads are invalid, or ε is negative or not finite.
  package func validate() throws(RetNetError) {
    if let problem { throw .value(of: "number of heads", found: "\(heads)", expected: "a valid one: \(problem)") }
    try RetNetError.require(epsilon: normEpsilon)
  }
}

/// How the rows of a retention layer are divided into heads. A trivial type, unlike `RetentionLayerShape`.
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
