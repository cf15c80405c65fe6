import Foundation
import RetNet
import TerminalKit

/// Every head of the selected layer: γ, half-life in tokens, and a bar whose length is the half-life on a log scale and
/// whose brightness is ‖S‖.
struct DecayPane {
  var state: AppState
  var area: Rectangle
  var shown: ListPlan

  init(_ state: AppState, _ plan: LivePlan) {
    (self.state, area, shown) = (state, plan.layout.decay, plan.heads)
  }

  private var heads: Int { state.model?.heads ?? 0 }
  private var decay: Decay { Decay(heads: heads) }
  private var isWide: Bool { area.columns >= Layout.wideDecay }
  /// Columns of the bar, without γ, half-life, marks and spaces.
  private var barWidth: Int { area.columns - 22 - (isWide ? 18 : 0) }

  func draw(in grid: inout Grid) {
    guard !area.isEmpty else { return }
    let left = area.column + 1
    grid.put("Decay  layer \(state.settings.layer)", area.row, left, state.titleStyle, in: area)
    let heading = "half-life tok" + (isWide ? "   ‖S‖   r_n     ÷" : "")
    grid.put(heading, area.row, area.endColumn - heading.count - 1, .muted, in: area)
    guard heads > 0 else { return }
    let norms = layerState.map { state in (0..<state.heads).map { state.norm(head: $0) } } ?? []
    let largest = norms.filter(\.isFinite).max() ?? 0
    for head in shown.shown {
      let share = head < norms.count && largest > 0 ? Double(norms[head] / largest) : 0
      draw(head: head, brightness: share, row: shown.row(head), in: &grid)
    }
    if !isWide { drawSelected(row: area.row + 1 + shown.shown.count, in: &grid) }
  }

  private var layerState: RetentionState<Float>? {
    guard let layers = state.result?.state.layers, layers.indices.contains(state.settings.layer) else { return nil }
    return layers[state.settings.layer]
  }

  private func draw(head: Int, brightness: Double, row: Int, in grid: inout Grid) {
    let isSelected = head == state.settings.head
    let style: Style = isSelected ? .accent : .plain
    let name = (isSelected ? "▸" : " ") + "h\(head)".rightPadded(3)
    let next = grid.put("\(name) γ \(Numbers.decay(decay.gammas[head])) ", row, area.column + 1, style, in: area)
    let bar = Self.bar(brightness: brightness, traits: state.traits)
    for column in 0..<barLength(head) { grid.put(bar, row, next + column) }
    let end = grid.put(" " + Numbers.halfLife(decay.halfLife(head: head)), row, next + barWidth, style, in: area)
    if isWide, let values = values(head) {
      grid.put(" \(values.norm) \(values.scale) \(values.divisor)", row, end, style, in: area)
    }
  }

  /// Cells of a half-life on a log scale from 4 tokens to the model's longest half-life.
  private func barLength(_ head: Int) -> Int {
    let longest = log2(decay.halfLife(head: heads - 1) / 4)
    let length = Double(barWidth) * log2(decay.halfLife(head: head) / 4) / longest
    return min(max(Int(length.rounded()), 1), barWidth)
  }

  /// r_n and the divisor beside the selected head, which show a norm's effect even if the group norm removes it.
  private func drawSelected(row: Int, in grid: inout Grid) {
    guard let values = values(state.settings.head) else { return }
    grid.put("r_n \(values.scale)  ÷ \(values.divisor)  ‖S‖ \(values.norm)", row, area.column + 1, .accent, in: area)
  }

  private func values(_ head: Int) -> (norm: String, scale: String, divisor: String)? {
    guard let result = state.result,
      let reading = StateSummary(result, layer: state.settings.layer, head: head)
    else { return nil }
    let leftOut = result.norms.retention.norm3 == .torchscale
    return (
      Numbers.magnitude(Double(reading.norm)), Numbers.magnitude(reading.rowScale),
      leftOut ? " none" : Numbers.magnitude(reading.divisor)
    )
  }

  /// A cell whose colour, attribute or glyph density shows the brightness.
  static func bar(brightness: Double, traits: ScreenTraits) -> Cell {
    let share = brightness.isFinite ? min(max(brightness, 0), 1) : 1
    switch traits.depth {
    case .colors256, .direct:
      return Cell("▇", style: Style(.amount(Int8((share * Double(Ramp.steps)).rounded()))))
    case .colors8, .colors16:
      return Cell("▇", style: Style(.amount(0), bold: share > 0.66, dim: share < 0.33))
    case .monochrome:
      return Cell(["░", "▒", "▓", "█"][Int((share * 3).rounded())])
    }
  }
}
