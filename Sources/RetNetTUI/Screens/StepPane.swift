import RetNet
import RetNetAnalysis
import TerminalKit

/// One recurrent step of the selected head, on one scale: S before → γ S + kᵀv = S after, with the norm of each part and
/// the probed entry of each. During playback, the parts appear one after another.
struct StepPane {
  private typealias Part = StepPlayback.Part

  private let state: AppState
  private let area: Rectangle
  private let plan: StepPlan
  private let step: HeadStep
  private let position: Int
  private let piece: String
  private let isReply: Bool

  /// - Returns: nil without a step, or without room.
  init?(_ state: AppState, area: Rectangle, plan: StepPlan?) {
    let playback = state.session.playback
    guard let plan, let result = playback?.result ?? state.result,
      let step = playback.map({ state.step($0.result, before: $0.before, of: state.selectedPlace) })
        ?? state.step(of: state.selectedPlace)
    else { return nil }
    (self.state, self.area, self.plan, self.step) = (state, area, plan, step)
    (position, piece, isReply) = (result.position - 1, PieceText.short(result.piece), result.role == .reply)
  }

  private var lastPart: Part { state.session.playback?.part ?? .after }

  func draw(in grid: inout Grid) {
    let matrices: [[Float]?] = [
      step.before.map { Array($0) }, step.kept, step.written, Array(step.after),
    ]
    let heatmaps = zip(matrices, plan.maps).map { matrix, map in
      matrix.map { Heatmap($0, matrixColumns: step.columns, rowPool: map.fit.rowPool, columnPool: map.fit.columnPool) }
    }
    // One scale for all parts, so that equal colours are equal values.
    let full = heatmaps.compactMap { $0?.full(state.settings.scale) }.max() ?? 0
    drawTitle(full: full, in: &grid)
    for part in Part.allCases {
      let map = plan.maps[part.rawValue]
      let isPlayed = state.session.playback != nil && part == lastPart
      grid.put(
        heading(part).fitting(plan.partColumns) ?? "", plan.headings, map.area.column,
        isPlayed ? .accent : part <= lastPart ? .plain : .muted, in: area)
      if part != .before { drawOperator(part, map, in: &grid) }
      guard part <= lastPart else { continue }
      if let heatmap = heatmaps[part.rawValue], let matrix = matrices[part.rawValue] {
        heatmap.draw(
          map, in: &grid, scale: state.settings.scale, full: full, traits: state.traits, probe: state.probe)
        drawNumbers(matrix, part, in: &grid)
      } else {
        grid.put("not recorded", map.area.row, map.area.column, .muted, in: area)
      }
      if part == .written { drawFactors(map, isPlayed: isPlayed, in: &grid) }
    }
  }

  private func drawTitle(full: Float, in grid: inout Grid) {
    let place = state.selectedPlace
    let scale = state.settings.scale.text(maximum: full)
    PageTitle(
      name: "Step",
      facts: [
        PageTitle.Fact("token \(position) \(piece) \(isReply ? "said" : "read")", short: "\(position) \(piece)"),
        PageTitle.Fact(place),
        PageTitle.Fact("γ \(Numbers.decay(Double(step.gamma)).trimmed)"),
        PageTitle.Fact("one scale, \(scale)", short: scale),
      ],
      right: "S alone: S", shortRight: "S", legend: state.ramp
    ).draw(in: &grid, area: area, style: state.titleStyle)
  }

  /// The heading of a part, from the longest form to the shortest.
  private func heading(_ part: Part) -> [String] {
    switch part {
    case .before: ["S before", "S"]
    case .kept: step.isFrozen ? ["S, frozen", "frozen"] : ["γ S fades", "γ S"]
    case .written: step.isFrozen ? ["nothing written", "no write"] : ["kᵀv is written", "kᵀv written", "kᵀv"]
    case .after: ["S after", "S"]
    }
  }

  private func drawOperator(_ part: Part, _ map: MapPlan, in grid: inout Grid) {
    let sign = part == .kept ? "→" : part == .written ? "+" : "="
    let left = part == .written ? plan.keyColumn : map.area.column
    grid.put(sign, map.area.row + map.area.rows / 2, left - 2, part <= lastPart ? .plain : .muted, in: area)
  }

  private func drawNumbers(_ matrix: [Float], _ part: Part, in grid: inout Grid) {
    if let line = plan.normLine {
      grid.put(
        norm(matrix, part).fitting(plan.partColumns) ?? "", line, textColumn(part), .muted, in: area)
    }
    if let line = plan.probeLine {
      let value = Numbers.signed(matrix[state.probe.row * step.columns + state.probe.column]).trimmed
      let name = part == .before ? "(\(state.probe.row),\(state.probe.column)) " : ""
      grid.put(
        [name + value, value].fitting(plan.partColumns) ?? "", line, textColumn(part), .accent, in: area)
    }
  }

  /// The first column of the text under a map. Under kᵀv it is after the name of k.
  private func textColumn(_ part: Part) -> Int { plan.maps[part.rawValue].area.column + (part == .written ? 1 : 0) }

  /// The norm of a part, with its change by the decay.
  private func norm(_ matrix: [Float], _ part: Part) -> [String] {
    let number = Numbers.magnitude(matrix.euclideanNorm).trimmed
    switch part {
    case .before, .after: return ["‖S‖ \(number)", number]
    case .kept: return ["\(number) \(Self.change(Double(step.gamma), isFrozen: step.isFrozen))", number]
    case .written: return ["‖kᵀv‖ \(number)", number]
    }
  }

  /// `−3.1%`, the change of every entry by the decay.
  private static func change(_ gamma: Double, isFrozen: Bool) -> String {
    isFrozen || gamma == 1 ? "unchanged" : "−\(Numbers.percent(1 - gamma).trimmed)"
  }

  /// k left of kᵀv and v above it, on scales of their own.
  private func drawFactors(_ map: MapPlan, isPlayed: Bool, in grid: inout Grid) {
    guard !step.isFrozen else { return }
    let keys = Heatmap(step.key, matrixColumns: 1, rowPool: map.fit.rowPool, columnPool: 1)
    keys.draw(
      in: &grid, row: map.area.row, column: plan.keyColumn, scale: state.settings.scale,
      full: keys.full(state.settings.scale), traits: state.traits, down: map.fit.zoom)
    let style: Style = isPlayed ? .accent : .muted
    if let line = plan.normLine { grid.put("k", line, plan.keyColumn, style, in: area) }
    guard let line = plan.valueLine else { return }
    let values = Heatmap(step.value, matrixColumns: step.columns, rowPool: 1, columnPool: map.fit.columnPool)
    let full = values.full(state.settings.scale)
    for column in 0..<values.columns {
      let shade = state.settings.scale.shade(values[0, column], maximum: full)
      for x in 0..<map.fit.zoom {
        grid.put(state.ramp.cell(shade), line, map.area.column + column * map.fit.zoom + x, in: area)
      }
    }
    grid.put("v", line, plan.keyColumn, style, in: area)
  }
}
