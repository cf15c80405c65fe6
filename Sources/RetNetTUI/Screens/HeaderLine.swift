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
    var next = grid.put("retnet", area.row, 1, .accent, in: room)
    if let badge {
      next = grid.put(" \(badge) ", area.row, next + 1, Style(.accent, bold: true, reverse: true), in: room) - 1
    }
    let left = parts.first { TextWidth.width(of: $0) + next + 2 <= rightColumn - 1 } ?? ""
    grid.put(left, area.row, next + 2, in: room)
    grid.put(right, area.row, rightColumn)
  }

  /// The left part, from the longest form to the shortest.
  private var parts: [String] {
    guard let model = state.model else { return [""] }
    let norms = "norms \(Self.norms(state.settings.norms))" + experiments
    let name = model.persona.map { "\(model.name) as \($0.name)" } ?? model.name
    return (token.map { ["\($0) · \(name) · \(norms)", $0] } ?? []) + [
      "\(name) · \(model.layers) layers × \(model.heads) heads · \(norms)",
      "\(name) · \(model.layers)×\(model.heads) · \(norms)",
      "\(model.layers)×\(model.heads) · \(Self.norms(state.settings.norms))",
      Self.norms(state.settings.norms),
    ]
  }

  /// Why nothing runs; nil while it does, and between turns.
  private var badge: String? {
    guard state.phase == .paused else { return nil }
    return state.session.replay?.isPaused == false ? "REPLAY" : "PAUSED"
  }

  /// `read ▁love`: the last token while the reply is paused.
  private var token: String? {
    guard state.phase == .paused, let result = state.result else { return nil }
    return "\(result.role == .reply ? "said" : "read") \(PieceText.short(result.piece))"
  }

  private var experiments: String {
    let count = state.explorer.session.experiments.count { !$0.experiment.appliesToAllHeads }
    return count == 0 ? "" : " · \(count) experiment\(count == 1 ? "" : "s")"
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
    let length = state.explorer.session.length
    let whole = state.position < length ? "/\(Numbers.grouped(length))" : ""
    let position = "\(Numbers.grouped(state.position))\(whole) tok"
    guard let seconds = state.secondsPerStep, seconds > 0 else { return position }
    return "\(position)  \(Numbers.grouped(Int(min(1 / seconds, 1e9)))) tok/s"
  }
}
