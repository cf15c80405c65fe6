import RetNet
import RetNetAnalysis
import TerminalKit

/// The same tokens through the parallel, the chunkwise and the recurrent form, side by side; below, the error of each
/// against Eq. 4.
///
/// As the page gets lower, it drops the second line of the probe, then the rounding bound's lines, the errors and the
/// map of heads except the verdict, the forms' names, and the state of the chunk. As it gets narrower, it drops D or R
/// (`v` switches between them), then the recurrent form's state.
struct FormsPage: ViewPage {
  enum Part: Sendable { case scores, mask, chunks, state }

  let state: AppState
  let area: Rectangle
  let plan: Plan?
  private var forms: FormComparison? { state.lab.forms }

  struct Plan: PagePlan {
    var parts: [(part: Part, area: Rectangle)]
    /// The matrices of the parts; nil for the chunks.
    var matrices: [MatrixPlan?]
    var chunks: ChunkPane.Plan?
    var probe: Rectangle
    var differences: DifferencePane.Plan
    var verdict: Int
    /// Whether the parts have a line with the form's name.
    var hasHeadings: Bool
    private var layer: Int

    init?(_ state: AppState, area: Rectangle) {
      let room = area.rows - 1
      guard let forms = state.lab.forms, forms.time > 0, room >= 4 else { return nil }
      let barLines = room >= 36 ? 4 : room >= 30 ? 3 : room >= 17 ? 2 : room >= 11 ? 1 : 0
      let below = barLines == 0 ? 0 : 1 + 3 * barLines
      let probeLines = room >= 21 ? 2 : 1
      var maps = area.below(1)
      maps.rows = room - 1 - probeLines - below
      probe = Rectangle(row: maps.endRow, column: area.column, rows: probeLines, columns: area.columns)
      differences = DifferencePane.Plan(
        forms, Rectangle(row: probe.endRow, column: area.column, rows: below, columns: area.columns),
        afterGroupNorm: state.lab.afterGroupNorm, ramp: state.ramp)
      hasHeadings = maps.rows >= 6
      verdict = area.endRow - 1
      layer = forms.layer
      let matrix: Part = state.lab.matrix == .scores ? .scores : .mask
      let all: [Part] =
        area.columns >= 104
        ? [.mask, .scores, .chunks, .state] : area.columns >= 57 ? [matrix, .chunks, .state] : [matrix, .chunks]
      let width = (area.columns - 1) / all.count
      if hasHeadings { maps = maps.below(1) }
      parts = all.enumerated().map { index, part in
        (
          part,
          Rectangle(row: maps.row, column: maps.column + 1 + index * width, rows: maps.rows, columns: width - 1)
        )
      }
      matrices = parts.map { part, area in
        switch part {
        case .scores, .mask: MatrixPlan(rows: forms.time, columns: forms.time, in: area, ramp: state.ramp)
        case .state: MatrixPlan(rows: forms.headDim, columns: forms.valueDim, in: area, ramp: state.ramp)
        case .chunks: nil
        }
      }
      chunks = parts.first { $0.part == .chunks }.map { ChunkPane.Plan(forms, $0.area, ramp: state.ramp) }
    }

    func target(row: Int, column: Int) -> ViewTarget? {
      for (place, matrix) in zip(parts, matrices) where place.part != .state {
        if let entry = matrix?.map?.entry(row: row, column: column) { return .entry(entry) }
      }
      return chunks?.target(row: row, column: column)
        ?? differences.head(row: row, column: column).map { .head(HeadIndex(layer: layer, head: $0)) }
    }
  }

  // MARK: Drawing

  func draw(in grid: inout Grid) {
    guard let forms, let plan else { return drawMissing(in: &grid) }
    drawTitle(forms, in: &grid)
    for (index, (part, area)) in plan.parts.enumerated() {
      if plan.hasHeadings, let heading = headings(part, forms).fitting(area.columns) {
        grid.put(heading, area.row - 1, area.column, state.titleStyle)
      }
      if index > 0, plan.hasHeadings {
        grid.verticalLine(row: area.row - 1, column: area.column - 1, length: area.rows + 1)
      }
      if let place = plan.matrices[index] {
        matrix(part, forms, place).draw(probe: part == .state ? nil : state.lab.probe, in: &grid)
      } else if let chunks = plan.chunks {
        ChunkPane(forms, state: state, plan: chunks).draw(in: &grid)
      }
    }
    drawProbe(forms, plan.probe, in: &grid)
    let verdict = FormsVerdict(forms)
    DifferencePane(forms, verdict: verdict, state: state, plan: plan.differences).draw(in: &grid)
    if let text = verdict.forms.fitting(area.columns - 2) {
      grid.put(text, plan.verdict, area.column + 1, verdict.isWithin ? .plain : .warning, in: area)
    }
  }

  private func headings(_ part: Part, _ forms: FormComparison) -> [String] {
    switch part {
    case .scores: return ["Parallel, Eq. 5: o = R V", "Parallel, Eq. 5", "Parallel"]
    case .mask: return ["Parallel, Eq. 5: D", "Parallel, Eq. 5", "Parallel"]
    case .chunks:
      let most = Numbers.magnitude(ChunkPane.largest(forms)).trimmed
      return [
        "Chunkwise, Eq. 7  bar maximum \(most)", "Chunkwise, bar maximum \(most)", "Chunkwise, max \(most)",
        "Chunkwise",
      ]
    case .state: return ["Recurrent, Eq. 6", "Recurrent"]
    }
  }

  private func drawTitle(_ forms: FormComparison, in grid: inout Grid) {
    let status = LabStatus(state)
    var facts = [
      PageTitle.Fact(HeadIndex(layer: forms.layer, head: forms.head)),
      PageTitle.Fact("γ \(Numbers.decay(forms.gamma).trimmed)", short: ""),
      PageTitle.Fact(
        "tokens \(forms.skipped) to \(forms.skipped + forms.time - 1)", short: "\(forms.time) tok"),
      PageTitle.Fact("chunks of \(forms.chunkLength)", short: "C \(forms.chunkLength)"),
    ]
    if forms.norms != state.settings.norms { facts.append(PageTitle.Fact("norms \(HeaderLine.norms(forms.norms))")) }
    drawTitle("Forms", facts, right: status.long, shortRight: status.short, legend: state.ramp, in: &grid)
  }

  private func matrix(_ part: Part, _ forms: FormComparison, _ place: MatrixPlan) -> MatrixPane {
    let (name, values, columns) =
      switch part {
      case .scores: ("R", forms.scores, forms.time)
      case .mask: ("D", forms.mask, forms.time)
      case .state, .chunks: ("S", forms.state, forms.valueDim)
      }
    return MatrixPane(
      name: name, shortName: name, values: values, matrixColumns: columns, isShare: part == .mask,
      scale: state.settings.scale, traits: state.traits, place: place)
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
    guard let forms, forms.time > 0 else { return state.labMissing.text }
    var lines = [
      "Forms of layer \(forms.layer) head \(forms.head), γ \(Numbers.decay(forms.gamma).trimmed), on tokens "
        + "\(forms.skipped) to \(forms.skipped + forms.time - 1), in chunks of \(forms.chunkLength)."
    ]
    lines.append("\(ChatSettings.text(of: forms.norms)).")
    if let entry = entry(forms) { lines += [entry.forms[0] + ".", entry.arithmetic[0] + "."] }
    lines += chunkTable(forms)
    if let largest = forms.state.largest {
      lines.append(
        "Recurrent state after the last token: largest \(Numbers.signed(largest.value).trimmed) at row "
          + "\(largest.place / forms.valueDim) column \(largest.place % forms.valueDim).")
    }
    let verdict = FormsVerdict(forms)
    return lines + differenceTable(verdict) + [verdict.forms[0]]
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

  private func differenceTable(_ verdict: FormsVerdict) -> [String] {
    var table = TextTable([
      ("form", .left), ("group norm", .left), ("error vs Eq. 4, largest", .right), ("of the rounding bound", .right),
      ("head", .right), ("token", .right),
    ])
    for largest in verdict.largest {
      let side = largest.afterGroupNorm ? "after" : "before"
      table.add([
        largest.form.name, side, Numbers.magnitude(largest.difference), FormsVerdict.shareText(largest.ofBudget),
        "\(largest.head)", "\(largest.token)",
      ])
    }
    return table.lines
  }
}

extension TextTable {
  /// The lines without line breaks.
  var lines: [String] { text.split(separator: "\n").map(String.init) }
}
