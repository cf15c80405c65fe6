import Foundation
import RetNet
import TerminalKit

/// What each head holds: γ, half-life, the share of ‖S‖ that stems from each recent token, and the token that the head
/// reads most now. The last line gives the numbers of the selected head or token.
struct MemoryPane {
  private let state: AppState
  private let plan: MemoryPlan
  private var area: Rectangle { plan.area }

  init(_ state: AppState, plan: MemoryPlan) { (self.state, self.plan) = (state, plan) }

  func draw(in grid: inout Grid) {
    guard !area.isEmpty, let model = state.model else { return }
    drawHeading(in: &grid)
    for (offset, line) in plan.heads.enumerated() {
      draw(line, model, row: plan.lines.row(plan.lines.shown.lowerBound + offset), in: &grid)
    }
    let row = plan.lines.area.row + plan.lines.shown.count
    if let text = explanation.fitting(area.columns - 2) { grid.put(text, row, area.column + 1, .accent, in: area) }
  }

  private func drawHeading(in grid: inout Grid) {
    grid.put(
      plan.hasLayers ? "Memory" : "Memory L\(state.settings.layer)", area.row, area.column + 1, state.titleStyle,
      in: area)
    grid.put("half", area.row, plan.mapColumn - 6, .muted, in: area)
    let room = area.columns - plan.labelColumns - (plan.hasRead ? MemoryPlan.readColumns : 1)
    let notes = ["share of ‖S‖ from each recent token", "‖S‖ by recent token", "by token", ""]
    grid.put(notes.fitting(room) ?? "", area.row, plan.mapColumn, .muted, in: area)
    if plan.hasRead {
      grid.put("reads most", area.row, area.endColumn - MemoryPlan.readColumns + 1, .muted, in: area)
    }
    guard plan.isNamed else { return }
    for token in plan.tokens {
      let text = TextWidth.truncate(piece(token), to: plan.cellColumns - 1)
      grid.put(
        text, area.row + 1, plan.column(of: token), token == state.session.selectedToken ? .accent : .muted, in: area)
    }
  }

  private func draw(_ line: MemoryPlan.Line, _ model: ModelInfo, row: Int, in grid: inout Grid) {
    let isSelected = line.place == state.selectedPlace
    let style: Style = isSelected ? .accent : .plain
    let gamma = state.nextChange(of: line.place).gamma ?? model.decay.gammas[line.place.head]
    let badge = state.badge(of: line.place)
    var next = grid.put(
      (isSelected ? "▸" : " ") + plan.name(of: line.place).rightPadded(plan.nameColumns), row, area.column, style,
      in: area)
    next = grid.put(badge ?? " ", row, next, .warning, in: area)
    grid.put(
      "\(Numbers.decay(gamma)) \(Numbers.halfLife(HeadFacts.horizon(gamma, share: 0.5)))", row, next, style, in: area)
    for (token, share) in zip(plan.tokens, line.shares) {
      let isMarked = isSelected && token == state.session.selectedToken
      for column in 0..<max(plan.cellColumns - (plan.isNamed ? 1 : 0), 1) {
        grid.put(Self.cell(share: share, traits: state.traits), row, plan.column(of: token) + column, in: area)
      }
      if plan.isNamed, share >= 0.005 {
        let background = Self.cell(share: share, traits: state.traits).style.background
        let text = Numbers.percent(share).trimmed
        // Text on a strong cell has the colour of the background.
        let style =
          share > 0.2 && background != .standard ? Style(background, reverse: true) : Style(on: background)
        grid.put(
          text, row, plan.column(of: token) + 1,
          style,
          in: area)
      }
      if isMarked { grid.put("x", row, plan.column(of: token), Style(.accent, bold: true, reverse: true), in: area) }
    }
    guard plan.hasRead, let read = line.read else { return }
    let text = TextWidth.pad(TextWidth.truncate(piece(read.token), to: 9), to: 9) + " " + Numbers.percent(read.share)
    grid.put(text, row, area.endColumn - MemoryPlan.readColumns + 1, style, in: area)
  }

  private func piece(_ token: Int) -> String { PieceText.short(state.piece(ofToken: token) ?? "") }

  /// The last line, from the longest form to the shortest.
  private var explanation: [String] {
    let place = state.selectedPlace
    if let token = state.session.selectedToken, plan.tokens.contains(token), let line = plan.line(of: place) {
      let share = Numbers.percent(line.shares[token - plan.tokens.lowerBound]).trimmed
      let written = "written \(state.age(of: token))"
      let name = "token \(token) \(piece(token))"
      return [
        "\(name): \(share) of ‖S‖ of head \(place.head), \(written)", "\(name): \(share) of h\(place.head), \(written)",
        "\(name): \(share) of h\(place.head)", "\(token): \(share)",
      ]
    }
    guard let result = state.result, let reading = StateSummary(result, layer: place.layer, head: place.head) else {
      return []
    }
    let divisor =
      result.norms.retention.norm3 == .torchscale ? "none" : Numbers.magnitude(reading.divisor).trimmed
    let numbers =
      "r_n \(Numbers.magnitude(reading.rowScale))  ÷ \(divisor.leftPadded(5))  "
      + "‖S‖ \(Numbers.magnitude(Double(reading.norm)))"
    let marks = HeadFacts(state, place: place)?.marks.joined(separator: ", ") ?? ""
    return [marks.isEmpty ? numbers : "\(numbers)  \(marks)", numbers]
  }

  /// A cell whose colour, or density without colours, is the square root of a share, so that 1 % differs from nothing.
  static func cell(share: Double, traits: ScreenTraits) -> Cell {
    let level = share.isFinite ? min(max(share, 0), 1).squareRoot() : 1
    func step(of count: Int) -> Int { min(Int((level * Double(count)).rounded(.up)), count) }
    switch traits.depth {
    case .colors256, .direct:
      return Cell(.space, style: Style(on: .ramp(Int8(step(of: Ramp.steps)))))
    case .colors8, .colors16, .monochrome:
      return Cell(["·", "░", "▒", "▓", "█"][step(of: 4)])
    }
  }
}

extension AppState {
  /// The text of a recorded token; nil if it is not recorded.
  func piece(ofToken token: Int) -> String? {
    guard let first = tokens.entries.first?.index, token >= first, token < first + tokens.entries.count else {
      return nil
    }
    return tokens.entries[tokens.entries.startIndex + token - first].piece
  }

  /// `now`, or `3 tokens ago`.
  func age(of token: Int) -> String {
    let age = position - 1 - token
    return age == 0 ? "now" : "\(age) \(age == 1 ? "token" : "tokens") ago"
  }

  /// A character for the experiments of a head: `F` frozen, `0` off, `×` scaled, `≠` another γ, `E` an edited state.
  func badge(of place: HeadIndex) -> String? {
    let change = nextChange(of: place)
    if change.isFrozen { return "F" }
    if change.scale != 1 { return change.scale == 0 ? "0" : "×" }
    if change.gamma != nil { return "≠" }
    let isEdited = explorer.session.experiments.contains { entry in
      switch entry.experiment.kind {
      case .zero, .copy: entry.experiment.place == place
      case .scale, .freeze, .gamma, .norms: false
      }
    }
    return isEdited ? "E" : nil
  }
}
