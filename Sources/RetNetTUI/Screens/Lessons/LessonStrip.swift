import RetNet
import TerminalKit

/// The tokens of a lesson's session with their numbers, the current one in brackets.
struct LessonStrip {
  /// The most tokens in plain mode.
  private static let plainTokens = 24

  private let state: AppState
  private let plan: StripPlan

  init(_ state: AppState, plan: StripPlan) { (self.state, self.plan) = (state, plan) }

  func draw(in grid: inout Grid) {
    let area = plan.area
    grid.put("Tokens", area.row, area.column + 1, state.titleStyle, in: area)
    grid.put("number", area.row + 1, area.column + 1, .muted, in: area)
    let now = state.position - 1
    for item in plan.items {
      let isNow = item.index == now
      let style: Style =
        isNow ? .accent : item.index > now ? Style(.muted, dim: true) : item.role == .control ? .muted : .plain
      grid.put(isNow ? "[\(item.text)]" : item.text, area.row, item.column - (isNow ? 1 : 0), style, in: area)
      grid.put("\(item.index)", area.row + 1, item.column, isNow ? .accent : .muted, in: area)
    }
  }

  /// The last tokens in one line; nil before the first token.
  static func text(_ state: AppState) -> String? {
    let entries = state.tokens.past
    guard state.result != nil, !entries.isEmpty else { return nil }
    let shown = entries.suffix(plainTokens).map { entry in
      let text = "\(entry.index) \(PieceText.short(entry.piece))"
      return entry.index == state.position - 1 ? "[\(text)]" : text
    }
    return "Tokens: " + (entries.count > plainTokens ? "… " : "") + shown.joined(separator: "  ")
  }
}
