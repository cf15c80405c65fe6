import RetNet
import TerminalKit

/// The first line: model, norms, position and speed.
struct HeaderLine {
  var state: AppState
  var area: Rectangle

  func draw(in grid: inout Grid) {
    let right = figures
    let rightColumn = area.endColumn - TextWidth.width(of: right) - 1
    let room = Rectangle(row: area.row, column: 1, rows: 1, columns: max(rightColumn - 2, 0))
    let next = grid.put("retnet", area.row, 1, .accent, in: room)
    let left = parts.first { TextWidth.width(of: $0) + next + 2 <= rightColumn - 1 } ?? parts.last ?? ""
    grid.put(left, area.row, next + 2, in: room)
    grid.put(right, area.row, rightColumn)
  }

  /// The left part, from the longest form to the shortest.
  private var parts: [String] {
    guard let model = state.model else { return [""] }
    let norms = "norms \(Self.norms(state.settings.norms))"
    let name = model.persona.map { "\(model.name) as \($0.name)" } ?? model.name
    return [
      "\(name) · \(model.layers) layers × \(model.heads) heads · \(norms)",
      "\(name) · \(model.layers)×\(model.heads) · \(norms)",
      "\(model.layers)×\(model.heads) · \(Self.norms(state.settings.norms))",
      Self.norms(state.settings.norms),
    ]
  }

  /// `1··│model`: the norms 1, 2, 3 that are on, then the group norm, and its ε if chosen; `T` is torchscale's norm 3.
  static func norms(_ norms: NormOptions) -> String {
    let third =
      switch norms.retention.norm3 {
      case .off: "·"
      case .paper: "3"
      case .torchscale: "T"
      }
    let epsilon = norms.epsilon.map { " ε \(Numbers.plain($0))" } ?? ""
    return "\(norms.retention.norm1 ? "1" : "·")\(norms.retention.norm2 ? "2" : "·")\(third)│\(norms.group.rawValue)"
      + epsilon
  }

  private var figures: String {
    let position = "\(Numbers.grouped(state.position)) tok"
    guard let seconds = state.secondsPerStep, seconds > 0 else { return position }
    return "\(position)  \(Numbers.grouped(Int(min(1 / seconds, 1e9)))) tok/s"
  }
}
