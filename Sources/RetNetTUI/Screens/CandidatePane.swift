import RetNet
import TerminalKit

/// The most probable next tokens before sampling.
struct CandidatePane {
  var state: AppState
  var area: Rectangle

  func draw(in grid: inout Grid) {
    guard area.rows >= 2 else { return }
    grid.put("Next token", area.row, area.column + 1, state.titleStyle, in: area)
    guard let result = state.result else {
      grid.put("none before the first token", area.row + 1, area.column + 1, .muted, in: area)
      return
    }
    let entropy = "entropy \(Numbers.magnitude(Double(result.entropy)).trimmed) nat"
    grid.put(entropy, area.row, area.endColumn - entropy.count - 1, .muted, in: area)
    let width = max(area.columns - 23, 1)
    for (offset, candidate) in result.candidates.prefix(area.rows - 1).enumerated() {
      let row = area.row + 1 + offset
      let share = Double(candidate.probability)
      grid.put(TextWidth.pad(PieceText.candidate(candidate.piece), to: 14), row, area.column + 1, in: area)
      grid.put(Numbers.percent(share), row, area.column + 16, in: area)
      let length = Int((min(max(share, 0), 1) * Double(width)).rounded())
      grid.put(String(repeating: "▇", count: length), row, area.column + 22, .muted, in: area)
    }
  }
}
