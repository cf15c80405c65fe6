import RetNet
import RetNetAnalysis
import TerminalKit

/// The same tokens through the parallel, the recurrent and the chunkwise form: the output o of one token in each, and
/// below what each form reads for it.
///
/// As the page gets lower, it drops the second line of the probe, the work of each form, the probe, the forms' names
/// over the maps, then the maps. As it gets narrower, it drops D or R (`v` switches between them), then the recurrent
/// form's state.
struct FormsPage: ViewPage {
  enum Part: Sendable { case scores, mask, state, chunks }

  let state: AppState
  let area: Rectangle
  let plan: Plan?
  private var forms: FormComparison? { state.comparedForms }

  struct Plan: PagePlan {
    var outputs: OutputsPane.Plan
    var parts: [(part: Part, area: Rectangle)]
    /// The matrices of the parts; nil for the chunks.
    var matrices: [MatrixPlan?]
    var chunks: ChunkPane.Plan?
    var probe: Rectangle
    /// Whether the parts have a line with the form's name.
    var hasHeadings: Bool

    init?(_ state: AppState, area: Rectangle) {
      let room = area.rows - 1
      guard let forms = state.comparedForms, room >= 4 else { return nil }
      outputs = OutputsPane.Plan(area.below(1), linesPerForm: room >= 16 ? 2 : 1)
      let probeLines = room >= 26 ? 2 : room >= 11 ? 1 : 0
      let top = outputs.verdict + 1
      var maps = Rectangle(
        row: top, column: area.column, rows: area.endRow - top - probeLines, columns: area.columns)
      probe = Rectangle(row: maps.endRow, column: area.column, rows: probeLines, columns: area.columns)
      hasHeadings = maps.rows >= 6
      if hasHeadings { maps = maps.below(1) }
      let matrix: Part = state.lab.matrix == .scores ? .scores : .mask
      let all: [Part] =
        maps.rows < 3
        ? []
        : area.columns >= 104
          ? [.mask, .scores, .state, .chunks] : area.columns >= 57 ? [matrix, .state, .chunks] : [matrix, .chunks]
      let width = (area.columns - 1) / max(all.count, 1)
      parts = all.enumerated().map { index, part in
        (
          part,
          Rectangle(row: maps.row, column: maps.column + 1 + index * width, rows: maps.rows, columns: width - 1)
        )
      }
      let chunks = parts.first { $0.part == .chunks }.map { ChunkPane.Plan(forms, $0.area, ramp: state.ramp) }
      self.chunks = chunks
      matrices = parts.map { part, area in
        switch part {
        case .scores, .mask: return MatrixPlan(rows: forms.time, columns: forms.time, in: area, ramp: state.ramp)
        case .state:
          // The size and the lines of the chunk's S, so that equal matrices look equal.
          let other = chunks?.state?.area ?? area
          return MatrixPlan(
            rows: forms.headDim, columns: forms.valueDim,
            in: Rectangle(row: other.row, column: area.column, rows: other.rows, columns: other.columns),
            ramp: state.ramp)
        case .chunks: return nil
        }
      }
    }

    func target(row: Int, column: Int) -> ViewTarget? {
      for (place, matrix) in zip(parts, matrices) where place.part != .state {
        if let entry = matrix?.map?.entry(row: row, column: column) { return .entry(entry) }
      }
      return chunks?.target(row: row, column: column)
    }
  }

  // MARK: Drawing

  func draw(in grid: inout Grid) {
    guard let forms, let plan else { return drawMissing(in: &grid) }
    drawFormsTitle("Forms", forms, in: &grid)
    OutputsPane(forms, state: state).draw(plan.outputs, in: &grid)
    let stateFull = plan.parts.contains { $0.part == .chunks } ? stateFull(forms) : 0
    for (index, (part, area)) in plan.parts.enumerated() {
      if plan.hasHeadings, let heading = headings(part, forms).fitting(area.columns) {
        grid.put(heading, area.row - 1, area.column, state.titleStyle)
      }
      if index > 0, plan.hasHeadings {
        grid.verticalLine(row: area.row - 1, column: area.column - 1, length: area.rows + 1)
      }
      if let place = plan.matrices[index] {
        matrix(part, forms, place, stateFull: stateFull).draw(probe: part == .state ? nil : state.lab.probe, in: &grid)
        if part != .state { drawRow(place, in: &grid) }
      } else if let chunks = plan.chunks {
        ChunkPane(forms, state: state, plan: chunks, full: stateFull).draw(in: &grid)
      }
    }
    drawProbe(forms, plan.probe, in: &grid)
  }

  /// The row of the token whose output is shown.
  private func drawRow(_ place: MatrixPlan, in grid: inout Grid) {
    guard let map = place.map else { return }
    let line = state.lab.token / map.fit.rowPool * map.fit.zoom / state.ramp.valuesPerCell
    guard line < map.area.rows else { return }
    grid.put("◂", map.area.row + line, map.area.endColumn, .accent, in: place.area)
  }

  private func headings(_ part: Part, _ forms: FormComparison) -> [String] {
    switch part {
    case .scores: return ["Parallel: R, o = R V", "Parallel: R", "Parallel"]
    case .mask: return ["Parallel: D, the decays of R", "Parallel: D", "Parallel"]
    case .chunks:
      let most = Numbers.magnitude(ChunkPane.largest(forms)).trimmed
      return ["Chunkwise, bar maximum \(most)", "Chunkwise, max \(most)", "Chunkwise"]
    case .state: return ["Recurrent: γ S + kᵀv per token", "Recurrent: S", "Recurrent"]
    }
  }

  /// The magnitude with the full colour in the two visible states, which have one scale.
  private func stateFull(_ forms: FormComparison) -> Float {
    let shown = Array(forms.state(after: state.lab.token)) + (forms.chunks[at: state.lab.line]?.state ?? [])
    return Heatmap(shown, matrixColumns: forms.valueDim, rowPool: 1, columnPool: 1).full(state.settings.scale)
  }

  private func matrix(_ part: Part, _ forms: FormComparison, _ place: MatrixPlan, stateFull: Float) -> MatrixPane {
    let (name, short, values, columns) =
      switch part {
      case .scores: ("R", "R", forms.scores, forms.time)
      case .mask: ("D", "D", forms.mask, forms.time)
      case .state, .chunks:
        (
          "S after token \(forms.skipped + state.lab.token)", "S", Array(forms.state(after: state.lab.token)),
          forms.valueDim
        )
      }
    return MatrixPane(
      name: name, shortName: short, values: values, matrixColumns: columns, isShare: part == .mask,
      full: part == .state ? stateFull : nil, scale: state.settings.scale, traits: state.traits,
      place: place)
  }

  private func entry(_ forms: FormComparison) -> ScoreEntry? {
    ScoreEntry(forms, state.lab.probe) { state.labPiece($0) }
  }

  private func drawProbe(_ forms: FormComparison, _ area: Rectangle, in grid: inout Grid) {
    guard let entry = entry(forms) else { return }
    for (offset, texts) in [entry.forms, entry.arithmetic].prefix(area.rows).enumerated() {
      guard let text = texts.fitting(area.columns - 2) else { continue }
      grid.put(text, area.row + offset, area.column + 1, offset == 0 ? .accent : .muted, in: area)
    }
  }

  var text: [String] {
    guard let forms else { return state.labMissing.text }
    var lines = ["\(state.formsSentence(forms)).", "\(ChatSettings.text(of: forms.norms))."]
    lines.append("Token \(forms.skipped + state.lab.token) in three forms:")
    lines += OutputsPane(forms, state: state).text
    if let entry = entry(forms) { lines += [entry.forms[0] + ".", entry.arithmetic[0] + "."] }
    return lines + chunkTable(forms)
  }

  private func chunkTable(_ forms: FormComparison) -> [String] {
    var table = TextTable([
      ("chunk", .right), ("tokens", .right), ("inner, largest", .right), ("cross, largest", .right),
      ("S passed on, largest", .right),
    ])
    for (index, chunk) in forms.chunks.enumerated() {
      table.add([
        "\(index)",
        "\(forms.skipped + chunk.range.lowerBound)–\(forms.skipped + chunk.range.upperBound - 1)",
        Numbers.magnitude(chunk.inner.max() ?? 0), Numbers.magnitude(chunk.cross.max() ?? 0),
        chunk.state.largest.map { Numbers.signed($0.value) } ?? "–",
      ])
    }
    return table.lines
  }
}

extension TextTable {
  /// The lines without line breaks.
  var lines: [String] { text.split(separator: "\n").map(String.init) }
}
