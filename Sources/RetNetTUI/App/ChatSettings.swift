import RetNet
import RetNetAnalysis
import RetNetSession
import TerminalKit

/// Everything that a `:` command can set, shared by the screen and the plain mode.
package struct ChatSettings: Sendable, Hashable {
  /// The sampling values stored with the model.
  var modelSampling = SamplingOptions()
  /// The norms the model was trained with.
  var modelNorms = NormOptions()
  /// The user's own values. They survive a change of model.
  package var samplingChoices = SamplingChoices()
  package var normChoices = NormChoices()
  /// The layer whose state is shown, from 0.
  var layer = 0
  /// The head whose state is shown, from 0.
  var head = 0
  var scale = HeatScale.percentile
  /// A reply ends after this many tokens.
  package var maximumTokens = 256
  /// Largest number of reply tokens per second on the screen, so that a reader can follow; nil has no limit.
  package var speed: Double? = 30
  /// Whether the state pane plays a step in frames.
  var motion = true
  /// Whether messages and commands are kept for later sessions.
  package var history = true
  /// Values that apply from the next start.
  var later: [Setting: String] = [:]
  /// Whether the tokens of replies have the colours of their probabilities.
  var showsProbabilities = false
  /// Whether conversations are saved.
  package var autosave = true
  /// Saved sessions without a name that are kept.
  package var keepSessions = SessionStore.defaultKeep

  package init() {}

  /// The sampling values of the next token.
  var sampling: SamplingOptions { samplingChoices.applied(to: modelSampling) }

  /// The norms of the next step.
  var norms: NormOptions {
    get { normChoices.applied(to: modelNorms) }
    set { normChoices = NormChoices(newValue) }
  }

  /// The sampling values in one line.
  var samplingText: String { Self.text(of: sampling, seeds: [sampling.seed]) }

  /// The sampling values in one line: the usual ones, and the others if they are on.
  ///
  /// - Parameter seeds: one or more seeds, shown instead of `s.seed`.
  package static func text(of s: SamplingOptions, seeds: [UInt64]) -> String {
    let usual: Set<SamplingValue> = [.temperature, .topK, .topP, .minP, .repetitionPenalty]
    let values = SamplingValue.allCases.filter { usual.contains($0) || $0[s] != $0[SamplingOptions()] }
    let bias = s.logitBias.sorted { $0.key < $1.key }.map { "logit-bias \($0) \(Numbers.plain($1))" }
    let stops = s.stop.map { "stop '\(StopStrings.escaped($0))'" } + (s.pattern.map { ["regex \($0.source)"] } ?? [])
    return
      (values.map { "\($0.commandName) \(Numbers.plain($0[s]))" } + bias + stops
      + ["\(seeds.count == 1 ? "seed" : "seeds") \(seeds.map(\.description).joined(separator: ", "))"])
      .joined(separator: " · ")
  }

  /// The stop strings after adding one; none for nil.
  func stops(adding text: String?) -> [String] {
    text.map { text in sampling.stop.contains(text) ? sampling.stop : sampling.stop + [text] } ?? []
  }

  /// Why a stop string or a pattern cannot be set; nil if it can.
  func reason(against setting: Command.Setting) -> String? {
    if case .stop(let text) = setting, let problem = SamplingOptions.problem(ofStops: stops(adding: text)) {
      return ":stop would give \(problem.found), it takes \(problem.expected)."
    }
    guard case .pattern(let source?) = setting else { return nil }
    do {
      _ = try ReplyPattern(parsing: source)
      return nil
    } catch {
      return ":regex got '\(source.prefix(80))', it takes a regular expression: \(error.reason)."
    }
  }

  /// The norms in one line.
  var normsText: String { Self.text(of: norms) }

  package static func text(of norms: NormOptions) -> String {
    let r = norms.retention
    let epsilon = norms.epsilon.map { Numbers.plain($0) } ?? "the model's"
    return "norm 1 \(r.norm1 ? "on" : "off") · norm 2 \(r.norm2 ? "on" : "off") · norm 3 \(r.norm3.rawValue) · "
      + "group norm \(norms.group.rawValue) · ε \(epsilon)"
  }
}

/// The norms that a user has set; nil leaves the model's own.
package struct NormChoices: Sendable, Hashable {
  package var norm1: Bool?
  package var norm2: Bool?
  package var norm3: RetentionNorms.Score?
  package var group: NormOptions.Group?
  /// Outer nil: not set; inner nil: the model's own ε.
  package var epsilon: Float??

  package init() {}

  /// Sets every choice.
  init(_ norms: NormOptions) {
    norm1 = norms.retention.norm1
    norm2 = norms.retention.norm2
    norm3 = norms.retention.norm3
    group = norms.group
    epsilon = .some(norms.epsilon)
  }

  package func applied(to model: NormOptions) -> NormOptions {
    var norms = model
    if let norm1 { norms.retention.norm1 = norm1 }
    if let norm2 { norms.retention.norm2 = norm2 }
    if let norm3 { norms.retention.norm3 = norm3 }
    if let group { norms.group = group }
    if let epsilon { norms.epsilon = epsilon }
    return norms
  }
}

extension RetentionNorms {
  /// A sentence about the norms that `form` omits; nil if it computes all of them.
  package func note(in form: RetentionForm) -> String? {
    guard available(in: form, from: 0) != self else { return nil }
    return "torchscale's norm 3 exists in the parallel form only: the \(form.name) form omits its divisor."
  }
}

extension RetentionForm {
  /// The form's name without its chunk length.
  package var name: String {
    switch self {
    case .parallel: "parallel"
    case .recurrent: "recurrent"
    case .chunkwise: "chunkwise"
    }
  }
}
