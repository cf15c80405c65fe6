import RetNet

extension DialectTable {
  /// What the paper says and what the implementations that this package reads do.
  package static let standard = DialectTable(rows: [
    row(
      "rotation", paper: "e^(inθ), pairs left open", torchscale: "pairs 2i and 2i + 1", fla: "pairs i and i + d/2",
      msr: "pairs 2i and 2i + 1",
      "Weights that were trained with one pairing are noise under the other."),
    row(
      "θ", paper: "as xPos has it", torchscale: "10000^(−linspace(0,1,d/2))", fla: "10000^(−2i/d)",
      msr: "10000^(−linspace(0,1,d/2))",
      "The two spacings agree only for a head of two entries, so weights cannot be converted by reordering."),
    row(
      "γ", paper: "1 − 2^(−5−h)", torchscale: "1 − 2^(−5−h)", fla: "1 − 2^(−5−h)", msr: "1 − 2^(−5−h)",
      "Each head forgets half as fast as the one before, so eight heads reach from 22 to 2,839 tokens of half-life."),
    row(
      "γ of large models", paper: "31/32 … 511/512, log-spaced", torchscale: "as above", fla: "as above",
      msr: "as above",
      "The paper's experiments take 1 − e^linspace(ln 1/32, ln 1/512), so the longest memory does not grow with the heads."
    ),
    row(
      "norm 1", paper: "QKᵀ / √d_k", torchscale: "on", fla: "on", msr: "always on",
      "One factor for all scores, it decides how soon norm 3's divisor is above 1."),
    row(
      "norm 2", paper: "D_nm / √(Σ_i D_ni)", torchscale: "on", fla: "none", msr: "normalize_attn, default off",
      "It evens out the size of the outputs while a text fills the head's horizon."),
    row(
      "norm 3", paper: "R_nm / max(|Σ_m R_nm|, 1)", torchscale: "R_nm / clamp(Σ|R|,1,5·10⁴)", fla: "none",
      msr: "normalize_retn, default off",
      "A sum of absolute values has no finite state, so torchscale's divisor exists in the parallel form alone."),
    row(
      "recurrent form", paper: "the same function", torchscale: "norm 2, without divisor", fla: "the same function",
      msr: "apart under normalize_attn",
      "torchscale's forms agree only behind the group norm and up to its ε, and retnet-pytorch's decay normalization breaks "
        + "the consistency of its own."),
    row(
      "group norm", paper: "GroupNorm, one per head", torchscale: "RMS, no weights", fla: "RMS with weights",
      msr: "LayerNorm, weights and bias",
      "It takes any positive factor of a head's output away, and so hides norms 1 to 3 up to ε."),
    row(
      "ε of the group norm", paper: "not stated", torchscale: "1e-6", fla: "1e-6", msr: "1e-5",
      "Where an output is small, ε is what is left to see of norms 1 to 3."),
    row(
      "gate", paper: "swish", torchscale: "swish", fla: "swish, or none", msr: "any of five",
      "The gate stands behind the group norm, where no norm takes it away again."),
    row(
      "biases", paper: "none", torchscale: "none", fla: "none", msr: "in all five projections",
      "Weights with biases cannot be read into a layer that has no place for them."),
    row(
      "keys and values", paper: "one of each per head", torchscale: "one of each per head", fla: "may be shared (GQA)",
      msr: "one of each per head", "Heads that share keys still have states of their own, as each has its own γ."),
    row(
      "feed-forward part", paper: "two matrices, gelu", torchscale: "GLU: gelu, swish, relu", fla: "SwiGLU",
      msr: "none: one module", "A gated part has three matrices, so at one width it is half as large again."),
    row(
      "layer norm", paper: "before each part", torchscale: "RMS before, or behind", fla: "RMS before",
      msr: "LayerNorm before",
      "With norms behind the sums torchscale has no final norm, and deepnorm scales the sums by (2 L)^¼."),
  ])

  private static func row(
    _ topic: String, paper: String, torchscale: String, fla: String, msr: String, _ note: String
  ) -> Row {
    Row(topic: topic, cells: [.paper: paper, .torchscale: torchscale, .fla: fla, .msr: msr], note: note)
  }
}

extension DialectTable.Column {
  /// Where a model of this dialect stands.
  package init(_ dialect: Dialect) {
    self =
      switch dialect {
      case .fla: .fla
      case .torchscale: .torchscale
      case .msr: .msr
      }
  }
}
