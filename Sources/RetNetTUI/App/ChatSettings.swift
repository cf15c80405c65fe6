import RetNet

/// Everything that a `:` command can set, shared by the screen and the plain mode.
struct ChatSettings: Sendable, Hashable {
  var sampling = SamplingOptions()
  /// What `:sampling default` goes back to: the values kept beside the model.
  var defaultSampling = SamplingOptions()
  var norms = NormOptions()
  /// The layer whose state is shown, from 0.
  var layer = 0
  /// The head whose state is shown, from 0.
  var head = 0
  var scale = HeatScale.auto
  /// A reply ends after this many tokens.
  var maximumTokens = 256
  /// Reply tokens a second at most on the screen, so that one sees them come; nil is as fast as the model is.
  var speed: Double? = 30

  /// The sampling values in one line.
  var samplingText: String {
    let s = sampling
    return "temperature \(Numbers.plain(s.temperature)) · top-k \(s.topK) · top-p \(Numbers.plain(s.topP)) · "
      + "min-p \(Numbers.plain(s.minP)) · penalty \(Numbers.plain(s.repetitionPenalty)) · seed \(s.seed)"
  }

  /// The norms in one line.
  var normsText: String { Self.text(of: norms) }

  static func text(of norms: NormOptions) -> String {
    let r = norms.retention
    let epsilon = norms.epsilon.map { Numbers.plain($0) } ?? "the model's"
    return "norm 1 \(r.norm1 ? "on" : "off") · norm 2 \(r.norm2 ? "on" : "off") · norm 3 \(r.norm3.rawValue) · "
      + "group norm \(norms.group.rawValue) · ε \(epsilon)"
  }
}
