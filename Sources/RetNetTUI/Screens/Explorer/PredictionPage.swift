import RetNet
import RetNetSession
import TerminalKit

/// The candidates for the next token before and after each stage of the sampler, and the logit lens of each layer.
struct PredictionPage: ViewPage {
  private static let pieceWidth = 13
  private static let stageWidth = 8

  let state: AppState
  let area: Rectangle
  let plan: Plan?

  struct Plan: PagePlan {
    var isWide: Bool
    var stages: Rectangle
    var lens: Rectangle
    var candidates: ListPlan
    var layers: ListPlan
    private var head: Int

    /// The stages are beside the lens if there is room, else above it.
    init?(_ state: AppState, area: Rectangle) {
      guard let result = state.result, !area.isEmpty else { return nil }
      let stageColumns = 5 + pieceWidth + max(state.result?.stages.count ?? 0, 6) * stageWidth + 2
      isWide = area.columns >= stageColumns + 40
      (stages, lens) = (area.below(1), area.below(1))
      if isWide {
        stages.columns = stageColumns
        lens = Rectangle(
          row: lens.row, column: area.column + stageColumns + 1, rows: lens.rows,
          columns: area.columns - stageColumns - 1)
      } else {
        let layers = min(state.model?.layers ?? 0, max(area.rows - 10, 0))
        stages.rows = min(area.rows - 1, max(area.rows - 3 - layers, 4))
        lens = Rectangle(
          row: stages.endRow, column: area.column, rows: area.endRow - stages.endRow, columns: area.columns)
      }
      candidates = ListPlan(stages.below(1), count: result.candidates.count, first: 0)
      layers = ListPlan(lens.below(1), count: result.lens.count, first: max(result.lens.count - lens.rows + 1, 0))
      head = state.settings.head
    }

    func target(row: Int, column: Int) -> ViewTarget? {
      candidates.line(row: row, column: column)
        ?? layers.item(row: row, column: column).map { .head(HeadIndex(layer: $0, head: head)) }
    }
  }

  func draw(in grid: inout Grid) {
    guard let result = state.result, let plan else { return drawMissing(in: &grid) }
    drawTitle(
      "Prediction",
      [
        PageTitle.Fact("entropy \(Numbers.magnitude(Double(result.entropy)).trimmed) nat"),
        PageTitle.Fact(surprise(result), short: ""),
      ], right: "Enter continues with the selected one", shortRight: "Enter picks", in: &grid)
    drawStages(result, plan.stages, in: &grid)
    drawLens(result, plan, in: &grid)
  }

  private func surprise(_ result: StepResult) -> String {
    result.logProbability.map { "this token's surprise \(Numbers.magnitude(Double(-$0)).trimmed) nat" }
      ?? ""
  }

  // MARK: Stages

  private func drawStages(_ result: StepResult, _ area: Rectangle, in grid: inout Grid) {
    guard area.rows >= 2 else { return }
    let stages = shown(result, columns: area.columns)
    var column = area.column + 5 + Self.pieceWidth
    for stage in stages {
      grid.put(Self.heading(stage.name).leftPadded(Self.stageWidth), area.row, column, .muted, in: area)
      column += Self.stageWidth
    }
    let lines = area.rows - (area.rows > result.candidates.count + 1 ? 2 : 1)
    for (rank, candidate) in result.candidates.prefix(lines).enumerated() {
      let row = area.row + 1 + rank
      let isChosen = rank == min(state.explorer.line, result.candidates.count - 1)
      let style: Style = isChosen ? .accent : .plain
      let name = "\(isChosen ? "▸" : " ")\(rank + 1)".rightPadded(4)
      let piece = TextWidth.pad(
        TextWidth.truncate(PieceText.candidate(candidate.piece), to: Self.pieceWidth), to: Self.pieceWidth)
      grid.put("\(name)\(piece)", row, area.column + 1, style, in: area)
      column = area.column + 5 + Self.pieceWidth
      for stage in stages {
        let share = stage.probabilities[at: rank] ?? 0
        let text = share == 0 ? "·" : Numbers.percent(Double(share)).trimmed
        grid.put(text.leftPadded(Self.stageWidth), row, column, share == 0 ? .muted : style, in: area)
        column += Self.stageWidth
      }
    }
    guard lines > result.candidates.count, !result.stages.isEmpty else { return }
    let row = area.row + 1 + result.candidates.count
    grid.put("kept", row, area.column + 1, .muted, in: area)
    column = area.column + 5 + Self.pieceWidth
    for stage in stages {
      grid.put("\(stage.kept)".leftPadded(Self.stageWidth), row, column, .muted, in: area)
      column += Self.stageWidth
    }
  }

  /// The name of a stage's column.
  private static func heading(_ name: SamplerStage.Name) -> String {
    switch name {
    case .penalties: "penalty"
    case .typicalP: "typical"
    case .temperature: "temp"
    case .model, .topNSigma, .topK, .topP, .minP: name.rawValue
    }
  }

  /// As many stages as fit. The model's own and the last ones have priority.
  private func shown(_ result: StepResult, columns: Int) -> [SamplerStage] {
    guard !result.stages.isEmpty else {
      return [SamplerStage(name: .model, kept: 0, probabilities: result.candidates.map(\.probability))]
    }
    let room = max((columns - 6 - Self.pieceWidth) / Self.stageWidth, 1)
    return [result.stages[0]] + result.stages.dropFirst().suffix(room - 1)
  }

  // MARK: Lens

  private func drawLens(_ result: StepResult, _ plan: Plan, in grid: inout Grid) {
    let area = plan.lens
    guard area.rows >= 2 else { return }
    if plan.isWide { grid.verticalLine(row: area.row, column: area.column - 1, length: area.rows) }
    let ranked = result.lens.first.map { PieceText.candidate($0.ranked) } ?? "the next token"
    let heading = "Logit lens: top tokens after each layer, rank of \(ranked)"
    grid.put(
      TextWidth.width(of: heading) < area.columns - 1 ? heading : "Lens", area.row, area.column + 1, state.titleStyle,
      in: area)
    guard !result.lens.isEmpty else {
      grid.put("appears when the model pauses or steps", area.row + 1, area.column + 2, .muted, in: area)
      return
    }
    for index in plan.layers.shown {
      let (reading, row) = (result.lens[index], plan.layers.row(index))
      let isSelected = reading.layer == state.settings.layer
      let rank = "#\(Numbers.grouped(reading.rank + 1))"
      var column = grid.put(
        "\(isSelected ? "▸" : " ")L\(reading.layer) \(rank.leftPadded(6)) "
          + "\(Numbers.magnitude(Double(reading.entropy))) nat ", row, area.column + 1, isSelected ? .accent : .plain,
        in: area)
      for candidate in reading.best {
        let piece = TextWidth.truncate(PieceText.candidate(candidate.piece), to: Self.pieceWidth)
        let text = " \(piece) \(Numbers.percent(Double(candidate.probability)).trimmed)"
        guard column + TextWidth.width(of: text) < area.endColumn else { break }
        column = grid.put(text, row, column, isSelected ? .accent : .muted, in: area)
      }
    }
  }

  var text: [String] {
    guard let result = state.result else { return state.explorerMissing.text }
    let candidates = result.candidates.enumerated().map { rank, candidate in
      let last = result.stages.last?.probabilities[at: rank].map { Numbers.percent(Double($0)) } ?? ""
      return "\(rank + 1): \(PieceText.candidate(candidate.piece)) "
        + Numbers.percent(Double(candidate.probability)).trimmed
        + (last.isEmpty ? "." : ", after the sampler's stages \(last.trimmed).")
    }
    let lens = result.lens.map { reading in
      "After layer \(reading.layer): \(reading.best.first.map { PieceText.candidate($0.piece) } ?? ""), \(PieceText.candidate(reading.ranked)) "
        + "has rank \(reading.rank + 1)."
    }
    return ["Entropy \(Numbers.magnitude(Double(result.entropy)).trimmed) nat."] + candidates + lens
  }
}
