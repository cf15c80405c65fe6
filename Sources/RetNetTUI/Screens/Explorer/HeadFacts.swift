import RetNet
import RetNetSession
import TerminalKit

/// What is known of one head beside its matrix.
struct HeadFacts {
  var place: HeadIndex
  /// The γ that the last step was made with.
  var gamma: Double
  /// Whether that is another than the head's own.
  var isOtherGamma: Bool
  /// c = Σ γ^(n−m): the tokens that S holds, each counted by what is left of it. nil before the first token.
  var decaySum: Double?
  /// How often the divisor of norm 3 was above 1.
  var divisions: Int
  /// torchscale's norm 3 has no divisor step by step.
  var hasDivisor: Bool
  /// What experiments do to the head, and what they will do from the next step on.
  var marks: [String]
  private let result: StepResult?

  /// - Returns: nil where the model has no such head.
  init?(_ state: AppState, place: HeadIndex) {
    guard let model = state.model, let gamma = state.gamma(place) else { return nil }
    self.place = place
    self.gamma = gamma
    let change = state.result?.options.changes[place] ?? .none
    isOtherGamma = change.gamma != nil
    decaySum = state.result?.state.layers[at: place.layer]?.decaySum[at: place.head]
    divisions = state.result?.divisions[at: place.layer * model.heads + place.head] ?? 0
    result = state.result
    hasDivisor = state.result?.norms.retention.norm3 != .torchscale
    marks = Self.marks(change)
    if let edit = state.result?.options.edits.last(where: { $0.target == place }) { marks.append(edit.mark) }
    marks += state.explorer.session.experiments
      .filter { ($0.experiment.place == place || $0.experiment.appliesToAllHeads) && $0.position >= state.position }
      .map { "next: " + $0.experiment.mark }
  }

  /// Norm, largest entry, r_n and divisor, read from the whole matrix; nil before the first token.
  var reading: StateSummary? { result.flatMap { StateSummary($0, layer: place.layer, head: place.head) } }

  var halfLife: Double { Self.horizon(gamma, share: 0.5) }

  /// Tokens until γⁿ is `share`, of any γ from 0 to 1.
  static func horizon(_ gamma: Double, share: Double) -> Double {
    if gamma <= 0 { return 0 }
    return gamma < 1 ? Decay(gammas: [gamma]).horizon(head: 0, share: share) : .infinity
  }

  /// How far the head's horizon is filled: c (1 − γ).
  var filled: Double? { decaySum.map { $0 * (1 - gamma) } }

  private static func marks(_ change: HeadOverride) -> [String] {
    var marks: [String] = []
    if change.isFrozen { marks.append(Experiment.Kind.freeze(true).mark) }
    if change.scale != 1 { marks.append(Experiment.Kind.scale(change.scale).mark) }
    if let gamma = change.gamma { marks.append(Experiment.Kind.gamma(gamma).mark) }
    return marks
  }

  /// The head in one short line.
  var shortText: String {
    let halfLife = "L\(place.layer) h\(place.head)  half-life \(Numbers.halfLife(halfLife).trimmed)"
    return reading.map { halfLife + "  ‖S‖ \(Numbers.magnitude(Double($0.norm)).trimmed)" } ?? halfLife
  }

  /// The head in words.
  var text: String {
    var parts = [
      "Layer \(place.layer) head \(place.head)",
      "half-life \(Numbers.halfLife(halfLife).trimmed) tokens",
    ]
    if let reading {
      let largest = Numbers.signed(reading.largest.value).trimmed
      parts.append("norm \(Numbers.magnitude(Double(reading.norm)).trimmed)")
      parts.append("largest \(largest) at row \(reading.largest.row) column \(reading.largest.column)")
    }
    return (parts + marks).joined(separator: ", ") + "."
  }
}

extension AppState {
  /// The γ that a head's last step was made with; nil where the model has no such head.
  func gamma(_ place: HeadIndex) -> Double? {
    guard let model, (0..<model.layers).contains(place.layer), (0..<model.heads).contains(place.head)
    else { return nil }
    return result?.options.changes[place].gamma ?? model.decay.gammas[place.head]
  }
}

extension Experiment {
  var mark: String { kind.mark }
}

extension Experiment.Kind {
  /// `frozen`, `×0 (off)`, `γ .5`: what a title has room for.
  var mark: String {
    switch self {
    case .freeze(let isFrozen): isFrozen ? "frozen" : "unfrozen"
    case .scale(let scale): "×\(Numbers.plain(scale))" + (scale == 0 ? " (off)" : "")
    case .gamma(let gamma?): "γ \(Self.short(gamma))"
    case .gamma(nil): "own γ"
    case .zero: "cleared"
    case .copy(let from): "copy of L\(from.layer) h\(from.head)"
    case .norms(_, let norms): "norms \(HeaderLine.norms(norms))"
    }
  }

  private static func short(_ gamma: Double) -> String {
    let text = Numbers.plain(gamma)
    return text.hasPrefix("0.") ? String(text.dropFirst()) : text
  }
}

extension Intervention {
  /// The head whose state it changes.
  var target: HeadIndex {
    switch self {
    case .zero(let place): place
    case .copy(_, let to): to
    }
  }

  var mark: String {
    switch self {
    case .zero: Experiment.Kind.zero.mark
    case .copy(let from, _): Experiment.Kind.copy(from: from).mark
    }
  }
}
