import RetNet

extension DialectTable {
  /// The paper, and the implementations whose checkpoints this package reads.
  package static let standard = DialectTable(rows: [
    row(
      "rotation", paper: "e^(inθ), pairs not stated", torchscale: "pairs 2i and 2i + 1", fla: "pairs i and i + d/2",
      msr: "pairs 2i and 2i + 1",
      "Weights trained with one pairing do not work with the other."),
    row(
      "θ", paper: "as in xPos", torchscale: "10000^(−linspace(0,1,d/2))", fla: "10000^(−2i/d)",
      msr: "10000^(−linspace(0,1,d/2))",
      "The two spacings agree only for d_k = 2, so reordering cannot convert the weights."),
    row(
      "γ", paper: "1 − 2^(−5−h)", torchscale: "1 − 2^(−5−h)", fla: "1 − 2^(−5−h)", msr: "1 − 2^(−5−h)",
      "Each head forgets half as fast as the one before: the half-lives of eight heads range from 22 to 2,839 tokens."),
    row(
      "γ of large models", paper: "31/32 … 511/512, log-spaced", torchscale: "as above", fla: "as above",
      msr: "as above",
      "The paper's experiments use 1 − e^linspace(ln 1/32, ln 1/512): more heads do not extend the longest half-life."
    ),
    row(
      "norm 1", paper: "QKᵀ / √d_k", torchscale: "on", fla: "on", msr: "always on",
      "It scales all scores, and so determines when norm 3's divisor exceeds 1."),
    row(
      "norm 2", paper: "D_nm / √(Σ_i D_ni)", torchscale: "on", fla: "none", msr: "normalize_attn, default off",
      "It keeps the size of the outputs even while a text fills the head's horizon."),
    row(
      "norm 3", paper: "R_nm / max(|Σ_m R_nm|, 1)", torchscale: "R_nm / clamp(Σ|R|,1,5·10⁴)", fla: "none",
      msr: "normalize_retn, default off",
      "A sum of absolute values has no finite state, so torchscale's divisor exists only in the parallel form."),
    row(
      "recurrent form", paper: "the same function", torchscale: "norm 2, without divisor", fla: "the same function",
      msr: "differs with normalize_attn",
      "torchscale's forms agree only after the group norm, up to its ε; retnet-pytorch's forms disagree with "
        + "normalize_attn."),
    row(
      "group norm", paper: "GroupNorm, one per head", torchscale: "RMS, no weights", fla: "RMS with weights",
      msr: "LayerNorm, weights and bias",
      "It removes any positive factor of a head's output, and so hides norms 1 to 3 up to ε."),
    row(
      "ε of the group norm", paper: "not stated", torchscale: "1e-6", fla: "1e-6", msr: "1e-5",
      "If an output is small, ε makes norms 1 to 3 visible."),
    row(
      "gate", paper: "swish", torchscale: "swish", fla: "swish, or none", msr: "any of five",
      "The gate follows the group norm, so no norm removes its effect."),
    row(
      "biases", paper: "none", torchscale: "none", fla: "none", msr: "in all five projections",
      "A layer without biases cannot load weights that have them."),
    row(
      "keys and values", paper: "one of each per head", torchscale: "one of each per head", fla: "may be shared (GQA)",
      msr: "one of each per head", "Heads that share keys still have separate states, as each has its own γ."),
    row(
      "feed-forward part", paper: "two matrices, gelu", torchscale: "GLU: gelu, swish, relu", fla: "SwiGLU",
      msr: "none: one module",
      "A gated part has three matrices instead of two, so it is 1.5 times as large at equal width."),
    row(
      "layer norm", paper: "pre-norm", torchscale: "RMS, pre-norm or post-norm", fla: "RMS, pre-norm",
      msr: "LayerNorm, pre-norm",
      "With post-norm, torchscale has no final norm, and deepnorm scales the residual stream by (2 L)^¼."),
  ])

  private static func row(
    _ topic: String, paper: String, torchscale: String, fla: String, msr: String, _ note: String
  ) -> Row {
    Row(topic: topic, cells: [.paper: paper, .torchscale: torchscale, .fla: fla, .msr: msr], note: note)
  }
}

extension DialectTable.Column {
  /// The column of a dialect.
  package init(_ dialect: Dialect) {
    self =
      switch dialect {
      case .fla: .fla
      case .torchscale: .torchscale
      case .msr: .msr
      }
  }
}
