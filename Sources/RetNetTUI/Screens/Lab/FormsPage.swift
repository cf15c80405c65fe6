import RetNet
import RetNetAnalysis
import TerminalKit

/// The same tokens through the parallel, the chunkwise and the recurrent form, side by side; below, how far each is from
/// Eq. 4.
///
/// As the page gets lower, parts go in this order: the second line of the probe, the rounding level's lines, the differences
/// and the map of the heads, but for the verdict, the forms' names, the state of the chunk. As it gets narrower: D or R (`v` changes them), the recurrent form's state.
struct FormsPage: ViewPage {
  private enum Part { case scores, mask, chunks, state }

  private let state: AppState
  private let area: Rectangle
  private let forms: FormComparison?

  init(_ state: AppState, area: Rectangle) {
    self.state = state
    self.area = area
    forms = state.lab.forms
  }

  private struct Plan {
    var parts: [(part: Part, area: Rectangle)]
    var probe: Rectangle
    var differences: Rectangle
    var verdict: Int
    /// Whether the parts have a line with the form's name above them.
    var hasHeadings: Bool
  }

  private var ramp: Ramp { Ramp(limit: 1, traits: state.traits) }

  private func plan(_ forms: FormComparison) -> Plan? {
    let room = area.rows - 1
    guard room >= 4 else { return nil }
    let barLines = room >= 36 ? 4 : room >= 30 ? 3 : room >= 17 ? 2 : room >= 11 ? 1 : 0
    let differences = barLines == 0 ? 0 : 1 + 3 * barLines
    let probe = room >= 21 ? 2 : 1
    let maps = room - 1 - probe - differences
    let top = Rectangle(row: area.row + 1, column: area.column, rows: maps, columns: area.columns)
    let probeArea = Rectangle(row: top.endRow, column: area.column, rows: probe, columns: area.columns)
    let hasHeadings = maps >= 6
    return Plan(
      parts: parts(top, headings: hasHeadings ? 1 : 0), probe: probeArea,
      differences: Rectangle(row: probeArea.endRow, column: area.column, rows: differences, columns: area.columns),
      verdict: area.endRow - 1, hasHeadings: hasHeadings)
  }

  private func parts(_ area: Rectangle, headings: Int) -> [(Part, Rectangle)] {
    let matrix: Part = state.lab.matrix == .scores ? .scores : .mask
    let all: [Part] =
      area.columns >= 104
      ? [.mask, .scores, .chunks, .state] : area.columns >= 57 ? [matrix, .chunks, .state] : [matrix, .chunks]
    let width = (area.columns - 1) / all.count
    return all.enumerated().map { index, part in
      let left = area.column + 1 + index * width
      return (
        part,
        Rectangle(row: area.row + headings, column: left, rows: area.rows - headings, columns: width - 1)
      )
    }
  }

  // MARK: Drawing

  func draw(in grid: inout Grid) {
    guard !area.isEmpty else { return }
    guard let forms, forms.time > 0, let plan = plan(forms) else {
      return state.labMissing.draw(in: &grid, area: area, style: state.titleStyle)
    }
    drawTitle(forms, in: &grid)
    for (index, (part, area)) in plan.parts.enumerated() {
      if plan.hasHeadings, let heading = headings(part, forms).fitting(area.columns) {
        grid.put(heading, row: area.row - 1, column: area.column, style: state.titleStyle, clippedTo: nil)
      }
      if index > 0, plan.hasHeadings {
        grid.verticalLine(row: area.row - 1, column: area.column - 1, length: area.rows + 1)
      }
      draw(part, forms, area, in: &grid)
    }
    drawProbe(forms, plan.probe, in: &grid)
    let verdict = FormsVerdict(forms)
    DifferencePane(forms, verdict: verdict, state: state, area: plan.differences).draw(in: &grid)
    if let text = verdict.forms.fitting(area.columns - 2) {
      grid.put(
        text, row: plan.verdict, column: area.column + 1, style: verdict.isWithin ? .plain : .warning, clippedTo: area)
    }
  }

  private func headings(_ part: Part, _ forms: FormComparison) -> [String] {
    switch part {
    case .scores: return ["Parallel, Eq. 5: o = R V", "Parallel, Eq. 5", "Parallel"]
    case .mask: return ["Parallel, Eq. 5: D", "Parallel, Eq. 5", "Parallel"]
    case .chunks:
      let most = CommandTable.trimmed(Numbers.magnitude(ChunkPane.largest(forms)))
      return ["Chunkwise, Eq. 7  bars to \(most)", "Chunkwise, to \(most)", "Chunkwise"]
    case .state: return ["Recurrent, Eq. 6", "Recurrent"]
    }
  }

  private func drawTitle(_ forms: FormComparison, in grid: inout Grid) {
    let status = LabStatus(state)
    var facts = [
      PageTitle.Fact("layer \(forms.layer) head \(forms.head)", short: "L\(forms.layer) h\(forms.head)"),
      PageTitle.Fact("γ \(CommandTable.trimmed(Numbers.decay(forms.gamma)))", short: ""),
      PageTitle.Fact(
        "tokens \(forms.skipped) to \(forms.skipped + forms.time - 1)", short: "\(forms.time) tok"),
      PageTitle.Fact("chunks of \(forms.chunkLength)", short: "C \(forms.chunkLength)"),
    ]
    if forms.norms != state.settings.norms { facts.append(PageTitle.Fact("norms \(HeaderLine.norms(forms.norms))")) }
    PageTitle(
      name: "Forms", facts: facts, right: status.long, shortRight: status.short, legend: ramp
    ).draw(in: &grid, area: area, style: state.titleStyle)
  }

  private func matrix(_ part: Part, _ forms: FormComparison, _ area: Rectangle) -> MatrixPane? {
    switch part {
    case .scores:
      MatrixPane(
        name: "R", shortName: "R", values: forms.scores, matrixColumns: forms.time, scale: state.settings.scale,
        traits: state.traits,
        area: area)
    case .mask:
      MatrixPane(
        name: "D", shortName: "D", values: forms.mask, matrixColumns: forms.time, isShare: true,
        scale: state.settings.scale,
        traits: state.traits, area: area)
    case .state:
      MatrixPane(
        name: "S", shortName: "S", values: forms.state, matrixColumns: forms.valueDim, scale: state.settings.scale,
        traits: state.traits, area: area)
    case .chunks: nil
    }
  }

  private func draw(_ part: Part, _ forms: FormComparison, _ area: Rectangle, in grid: inout Grid) {
    switch part {
    case .scores, .mask: matrix(part, forms, area)?.draw(probe: state.lab.probe, in: &grid)
    case .state: matrix(part, forms, area)?.draw(in: &grid)
    case .chunks: ChunkPane(forms, state: state, area: area).draw(in: &grid)
    }
  }

  private func entry(_ forms: FormComparison) -> ScoreEntry? {
    ScoreEntry(forms, state.lab.probe) { state.labPiece($0) }
  }

  private func drawProbe(_ forms: FormComparison, _ area: Rectangle, in grid: inout Grid) {
    guard let entry = entry(forms) else { return }
    for (offset, texts) in [entry.forms, entry.arithmetic].prefix(area.rows).enumerated() {
      guard let text = texts.fitting(area.columns - 2) else { continue }
      grid.put(
        text, row: area.row + offset, column: area.column + 1, style: offset == 0 ? .accent : .muted, clippedTo: area)
    }
  }

  // MARK: Mouse and words

  func target(row: Int, column: Int) -> ViewTarget? {
    guard area.contains(row: row, column: column), let forms, forms.time > 0, let plan = plan(forms) else { return nil }
    for (part, area) in plan.parts {
      switch part {
      case .scores, .mask:
        if let entry = matrix(part, forms, area)?.entry(row: row, column: column) { return .entry(entry) }
      case .chunks:
        if let target = ChunkPane(forms, state: state, area: area).target(row: row, column: column) { return target }
      case .state: break
      }
    }
    return DifferencePane(forms, verdict: FormsVerdict(forms), state: state, area: plan.differences)
      .head(row: row, column: column).map { .head(HeadIndex(layer: forms.layer, head: $0)) }
  }

  /// The token under a column of the token axis, whatever the line.
  func token(atColumn column: Int) -> Int? {
    guard let forms, forms.time > 0, let plan = plan(forms),
      let place = plan.parts.first(where: { $0.part == .chunks })?.area
    else { return nil }
    return ChunkPane(forms, state: state, area: place).token(atColumn: column)
  }

  var text: [String] {
    guard let forms, forms.time > 0 else { return state.labMissing.text }
    func trimmed(_ text: String) -> String { CommandTable.trimmed(text) }
    var lines = [
      "Forms of layer \(forms.layer) head \(forms.head), γ \(trimmed(Numbers.decay(forms.gamma))), on tokens "
        + "\(forms.skipped) to \(forms.skipped + forms.time - 1), in chunks of \(forms.chunkLength)."
    ]
    lines.append("\(ChatSettings.text(of: forms.norms)).")
    if let entry = entry(forms) { lines += [entry.forms[0] + ".", entry.arithmetic[0] + "."] }
    lines += chunkTable(forms)
    if let largest = forms.state.largest {
      lines.append(
        "Recurrent state after the last token: largest \(trimmed(Numbers.signed(largest.value))) at row "
          + "\(largest.place / forms.valueDim) column \(largest.place % forms.valueDim).")
    }
    let verdict = FormsVerdict(forms)
    return lines + differenceTable(verdict) + [verdict.forms[0]]
  }

  private func chunkTable(_ forms: FormComparison) -> [String] {
    var table = TextTable([
      ("chunk", .right), ("tokens", .right), ("inner, largest", .right), ("cross, largest", .right),
      ("S handed over, largest", .right),
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
      ("form", .left), ("group norm", .left), ("off Eq. 4, largest", .right), ("of the rounding level", .right),
      ("head", .right), ("token", .right),
    ])
    for largest in verdict.largest {
      let side = largest.afterGroupNorm ? "behind" : "before"
      table.add([
        largest.form.name, side, Numbers.magnitude(largest.difference), FormsVerdict.shareText(largest.ofBudget),
        "\(largest.head)", "\(largest.token)",
      ])
    }
    return table.lines
  }
}

extension TextTable {
  /// Line by line, without their ends.
  var lines: [String] { text.split(separator: "\n").map(String.init) }
}
