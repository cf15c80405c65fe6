import Foundation
import TerminalKit

/// How text shows the probability of its tokens: by brightness in the tree, by colour in the conversation, and by bold,
/// faint and underlined text in fewer than 256 colours.
struct ProbabilityScale: Sendable, Hashable {
  enum Kind: Sendable, Hashable { case brightness, color }

  var kind: Kind
  var traits: ScreenTraits

  /// The smallest probability of each step without 256 colours. Below the last is one more step.
  static let steps = [0.5, 0.1, 0.01]

  /// - Parameter logProbability: in nats; nil if it is not known.
  func style(_ logProbability: Float?) -> Style {
    guard let logProbability, !logProbability.isNaN else { return .plain }
    return style(probability: exp(Double(logProbability)))
  }

  func style(probability: Double) -> Style {
    let hasShades = traits.depth >= .colors256 && traits.theme.name != .highContrast
    let step = Self.steps.firstIndex { probability >= $0 } ?? Self.steps.count
    switch kind {
    case .brightness where hasShades:
      return Style(traits.theme.shade(Self.share(probability)), bold: step == 0)
    case .color where hasShades:
      return step == 0 ? .plain : Style(.ramp(Int8(64 - 24 * (1 - Self.share(probability)))))
    case .color where traits.depth > .monochrome && traits.depth < .colors256:
      return [.plain, Style(.ramp(64)), Style(.ramp(43)), Style(.ramp(21), underline: true)][step]
    case .brightness, .color:
      return [Style(bold: true), .plain, .muted, Style(.muted, underline: true)][step]
    }
  }

  /// 1 for a probability of 1, 0 for 0.001 and less, in proportion to its logarithm.
  private static func share(_ probability: Double) -> Double {
    probability > 0 ? min(max(1 + log10(probability) / 3, 0), 1) : 0
  }

  /// The probabilities that the legend shows, each in its own style.
  private static let legend: [(text: String, probability: Double)] = [
    ("≥50%", 0.7), ("≥10%", 0.2), ("≥1%", 0.03), ("less", 0.001),
  ]

  static let legendColumns = legend.reduce(1) { $0 + TextWidth.width(of: $1.text) + 1 }

  /// Draws the legend `p ≥50% ≥10% ≥1% less`, ending before `end`, if it fits after `start`.
  func drawLegend(in grid: inout Grid, row: Int, from start: Int, to end: Int) {
    guard end - start >= Self.legendColumns else { return }
    var column = grid.put("p", row, end - Self.legendColumns, .muted)
    for (text, probability) in Self.legend {
      column = grid.put(text, row, column + 1, style(probability: probability))
    }
  }
}
