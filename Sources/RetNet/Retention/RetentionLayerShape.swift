/// What a multi-scale retention layer is made of: widths, rotation, gate, group norm, and how its tensors are named.
struct RetentionLayerShape: Sendable, Hashable {
  var modelDim: Int
  /// Query heads.
  var heads: Int
  /// Heads of keys and values, each serving `heads / keyValueHeads` queries.
  var keyValueHeads: Int
  /// d_k of all query heads together.
  var keyDim: Int
  /// d_v of all query heads together.
  var valueDim: Int
  /// As wide as one head: `XPos.halves(headDim:)` or `XPos.neighbours(headDim:)` of keyDim / heads.
  var rotation: XPos
  /// Whether the five projections have biases.
  var bias = false
  /// nil: no output gate.
  var gate: Activation? = .silu
  var groupNorm: NormShape = .rms(weight: true)
  /// ε of the group norm.
  var normEpsilon: Float
  var names: Names

  /// Tensor names behind the layer's prefix, without `.weight` and `.bias`.
  struct Names: Sendable, Hashable {
    var query = "q_proj"
    var key = "k_proj"
    var value = "v_proj"
    var gate = "g_proj"
    var groupNorm: String
    var output = "o_proj"

    /// flash-linear-attention, where the norm is called by whether a gate follows it.
    static func fla(gate: Bool) -> Names { Names(groupNorm: gate ? "g_norm_swish_gate" : "g_norm") }

    static let torchscale = Names(groupNorm: "group_norm", output: "out_proj")

    /// The stand-alone module.
    static let module = Names(groupNorm: "norm")
  }

  /// Why heads do not fit the widths; nil where they do.
  var problem: String? {
    if modelDim < 1 || heads < 1 || keyValueHeads < 1 || keyDim < 1 || valueDim < 1 {
      return "widths and heads are at least 1"
    }
    if heads % keyValueHeads != 0 { return "\(keyValueHeads) key and value heads do not serve \(heads) heads evenly" }
    if keyDim % (2 * heads) != 0 { return "\(heads) heads do not share \(keyDim) keys in even parts" }
    if valueDim % heads != 0 { return "\(heads) heads do not share \(valueDim) values evenly" }
    return nil
  }
}
