import RetNet
import RetNetSession
import TerminalKit

/// The values of one head besides its matrix.
struct HeadFacts {
  var place: HeadIndex
  /// γ in the last step.
  var gamma: Double
  /// Whether γ differs from the head's own.
  var isOtherGamma: Bool
  /// c = Σ γ^(n−m), the effective number of tokens in S. nil before the first token.
  var decaySum: Double?
  /// The number of tokens with a divisor of norm 3 above 1.
  var divisions: Int
  /// False for torchscale's norm 3, which has no divisor in the recurrent form.
  var hasDivisor: Bool
  /// Marks of the head's experiments, and of those that begin with the next step.
  var marks: [String]
  private let result: StepResult?

  /// - Returns: nil if the model has no such head.
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

  /// Norm, largest entry, r_n and divisor of the matrix; nil before the first token.
  var reading: StateSummary? { result.flatMap { StateSummary($0, layer: place.layer, head: place.head) } }

  var halfLife: Double { Self.horizon(gamma, share: 0.5) }

  /// n with γⁿ = `share`, for γ from 0 to 1.
  static func horizon(_ gamma: Double, share: Double) -> Double {
    if gamma <= 0 { return 0 }
    return gamma < 1 ? Decay(gammas: [gamma]).horizon(head: 0, share: share) : .infinity
  }

  /// c (1 − γ): c as a share of its limit 1 / (1 − γ).
  var filled: Double? { decaySum.map { $0 * (1 - gamma) } }

  private static func marks(_ change: HeadOverride) -> [String] {
    var marks: [String] = []
    if change.isFrozen { marks.append(Experiment.Kind.freeze(true).mark) }
    if change.scale != 1 { marks.append(Experiment.Kind.scale(change.scale).mark) }
    if let gamma = change.gamma { marks.append(Experiment.Kind.gamma(gamma).mark) }
    return marks
  }

  /// A short line about the head.
  var shortText: String {
    let halfLife = "L\(place.layer) h\(place.head)  half-life \(Numbers.halfLife(halfLife).trimmed)"
    return reading.map { halfLife + "  ‖S‖ \(Numbers.magnitude(Double($0.norm)).trimmed)" } ?? halfLife
  }

  /// A sentence about the head.
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
  /// γ of a head in the last step; nil if the model has no such head.
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
  /// A short name for titles: `frozen`, `×0 (off)`, `γ .5`.
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
  /// The head that the experiment changes.
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
