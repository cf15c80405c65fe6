import RetNet
import TerminalKit

/// The most probable next tokens, before sampling.
struct CandidatePane {
  var state: AppState
  var area: Rectangle

  init(_ state: AppState, area: Rectangle) {
    self.state = state
    self.area = area
  }

  func draw(in grid: inout Grid) {
    guard area.rows >= 2 else { return }
    grid.put("Next token", row: area.row, column: area.column + 1, style: state.titleStyle, clippedTo: area)
    guard let result = state.result else {
      grid.put(
        "none before the first token", row: area.row + 1, column: area.column + 1, style: .muted, clippedTo: area)
      return
    }
    let entropy = "entropy \(CommandTable.trimmed(Numbers.magnitude(Double(result.entropy)))) nat"
    grid.put(entropy, row: area.row, column: area.endColumn - entropy.count - 1, style: .muted, clippedTo: area)
    let width = max(area.columns - 23, 1)
    for (offset, candidate) in result.candidates.prefix(area.rows - 1).enumerated() {
      let row = area.row + 1 + offset
      let share = Double(candidate.probability)
      grid.put(
        TextWidth.pad(PieceText.shown(candidate.piece), to: 14), row: row, column: area.column + 1, clippedTo: area)
      grid.put(Numbers.percent(share), row: row, column: area.column + 16, clippedTo: area)
      let length = Int((min(max(share, 0), 1) * Double(width)).rounded())
      grid.put(
        String(repeating: "▇", count: length), row: row, column: area.column + 22, style: .muted, clippedTo: area)
    }
  }
}
