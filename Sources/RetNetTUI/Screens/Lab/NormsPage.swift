import RetNet
import RetNetAnalysis
import TerminalKit

/// The norms as switches, and their effects: on each head, on the logits, on the agreement of the forms, and the effect
/// of each switch alone.
///
/// As the page shrinks, it drops the table of the switches, then the sentences, the heads, and the effects on the
/// logits. The switches stay.
struct NormsPage: ViewPage {
  /// Columns of the switches, and minimum columns for the heads beside them.
  static let switchColumns = 49
  static let columnsForTwo = 80
  static let columnsForThree = 150

  let state: AppState
  let area: Rectangle
  let plan: Plan?

  /// The last comparison of norms, of the current or an earlier position.
  private var reading: NormComparison? { state.comparedNorms }

  struct Plan: PagePlan {
    var isWide: Bool
    var rows: Rectangle
    /// The heads: beside the switches, or below them and the effects on the logits; nil without a reading.
    var heads: ListPlan?
    var headsArea: Rectangle
    private var layer: Int

    init?(_ state: AppState, area: Rectangle) {
      isWide = area.columns >= columnsForTwo
      rows = Rectangle(
        row: area.row + 1, column: area.column + 1, rows: min(NormChoice.allCases.count, area.rows - 1),
        columns: (isWide ? switchColumns : area.columns) - 1)
      layer = state.comparedNorms?.layer ?? state.settings.layer
      headsArea =
        isWide
        ? Rectangle(
          row: area.row + 1, column: area.column + switchColumns + 1, rows: area.rows - 1,
          columns: area.columns >= columnsForThree ? 38 : area.columns - switchColumns - 1)
        : area.rest(below: min(rows.endRow + effectLines + (state.comparedNorms?.agreement.count ?? 0), area.endRow))
      heads = state.comparedNorms.map { reading in
        let count = reading.heads.count
        return ListPlan(headsArea.below(1), count: count, around: min(state.settings.head, max(count - 1, 0)))
      }
    }

    func target(row: Int, column: Int) -> ViewTarget? {
      if rows.contains(row: row, column: column) { return .line(row - rows.row) }
      return heads?.head(of: layer, row: row, column: column)
    }
  }

  /// Lines of the effects on the logits, without the agreement of the forms.
  private static let effectLines = 2

  func draw(in grid: inout Grid) {
    guard let plan else { return }
    let (rows, isWide) = (plan.rows, plan.isWide)
    drawTitle(in: &grid)
    NormRows(
      norms: state.settings.norms, row: min(state.lab.line, NormChoice.allCases.count - 1),
      trained: state.settings.modelNorms, area: rows
    ).draw(in: &grid)
    var left = Rectangle(
      row: rows.endRow, column: area.column + 1, rows: area.endRow - rows.endRow, columns: rows.columns)
    guard let reading else {
      let lines = WordWrap.lines(LabStatus(state).remedy, columns: max(left.columns - 1, 1))
      put(lines, in: &left, &grid, style: .muted)
      return put(WordWrap.lines(NormChoice.aliases + ".", columns: left.columns - 1), in: &left, &grid, style: .muted)
    }
    var free: Rectangle
    if isWide {
      put(effects(reading).map { $0.fitting(left.columns) ?? "" }, in: &left, &grid)
      let right = plan.headsArea
      let count = drawHeads(reading, plan, in: &grid)
      free = area.rest(below: max(left.row, right.row + count))
      if area.columns >= Self.columnsForThree {
        drawAlternatives(
          reading,
          Rectangle(
            row: area.row + 1, column: right.endColumn + 1, rows: area.rows - 1,
            columns: area.endColumn - right.endColumn - 1), in: &grid)
        drawPreview(reading, in: &free, &grid)
        put(facts(reading), in: &free, &grid, style: .accent)
        return put([NormChoice.aliases + "."], in: &free, &grid, style: .muted)
      }
    } else {
      put(effects(reading).map { $0.fitting(left.columns) ?? "" }, in: &left, &grid)
      free = area.rest(below: plan.headsArea.row + drawHeads(reading, plan, in: &grid))
    }
    drawPreview(reading, in: &free, &grid)
    let facts = facts(reading)
    if isWide, free.rows > facts.count + 3 { put([NormChoice.aliases + "."], in: &free, &grid, style: .muted) }
    put(facts.count <= free.rows ? facts : [], in: &free, &grid, style: .accent)
    drawAlternatives(reading, free, in: &grid)
  }

  /// Draws lines at the top of an area, and removes them from it.
  private func put(_ lines: [String], in area: inout Rectangle, _ grid: inout Grid, style: Style = .plain) {
    for line in lines.prefix(area.rows) {
      grid.put(line, area.row, area.column, style, in: area)
      area = Rectangle(row: area.row + 1, column: area.column, rows: area.rows - 1, columns: area.columns)
    }
  }

  private func facts(_ reading: NormComparison) -> [String] {
    WordWrap.lines(NormsText(reading: reading).mainFacts.joined(separator: " "), columns: max(area.columns - 2, 1))
  }

  private func drawTitle(in grid: inout Grid) {
    let status = LabStatus(state)
    var facts = [
      PageTitle.Fact("layer \(reading?.layer ?? state.settings.layer)"),
      PageTitle.Fact("starting with the next token", short: ""),
    ]
    if let reading, reading.chosen != state.settings.norms {
      facts.insert(PageTitle.Fact("numbers for \(HeaderLine.norms(reading.chosen))"), at: 1)
    }
    drawTitle(
      "Norms", facts, right: status.long.isEmpty ? "Space changes" : status.long,
      shortRight: status.short.isEmpty ? "Space" : status.short, in: &grid)
  }

  // MARK: Numbers

  private func number(_ value: Double) -> String { Numbers.magnitude(value).trimmed }

  /// The effects on the logits and the agreement of the forms, each from its longest form to the shortest.
  private func effects(_ reading: NormComparison) -> [[String]] {
    let logits = reading.logits
    return [
      [
        "KL, text    mean \(number(logits.meanDivergence)) nat, at the last token \(number(logits.divergence))",
        "KL, text    mean \(number(logits.meanDivergence)) nat", "KL  mean \(number(logits.meanDivergence))",
      ],
      [
        "top token   differs at \(logits.changed) of \(reading.tokens) positions",
        "differs  \(logits.changed) of \(reading.tokens)",
      ],
    ]
      + reading.agreement.map { agreement in
        let name = agreement.form.name
        let after = agreement.after.map { "\(number($0)) after group norm" } ?? "no group norm"
        let short = agreement.after.map { "\(number($0)) after" } ?? "no group norm"
        return [
          "\(name.rightPadded(10))  differs from parallel by \(number(agreement.before)) (\(after))",
          "\(name.rightPadded(10))  vs parallel \(number(agreement.before)) (\(short))",
          "\(name)  \(number(agreement.before)), \(short)",
        ]
      }
  }

  /// - Returns: the number of drawn lines.
  private func drawHeads(_ reading: NormComparison, _ plan: Plan, in grid: inout Grid) -> Int {
    let area = plan.headsArea
    guard area.rows >= 2, let heads = plan.heads else { return 0 }
    let hasFactors = area.columns >= 30
    grid.put("head before  after" + (hasFactors ? " factors" : ""), area.row, area.column, .muted, in: area)
    for index in heads.shown {
      let head = reading.heads[index]
      let isSelected = index == state.settings.head
      var text = "\(isSelected ? "▸" : " ")h\(index)".rightPadded(4)
      text += " \(Numbers.magnitude(head.before).leftPadded(6)) \(Numbers.magnitude(head.after).leftPadded(6))"
      if hasFactors { text += " \(number(head.factors.lowerBound))…\(number(head.factors.upperBound))" }
      grid.put(text, heads.row(index), area.column, isSelected ? .accent : .plain, in: area)
    }
    return heads.shown.count + 1
  }

  // MARK: Preview

  private static let leastPreviewLines = 4

  /// Draws the next token and the reply under both settings, side by side, at the top of an area, and removes them from
  /// it.
  private func drawPreview(_ reading: NormComparison, in area: inout Rectangle, _ grid: inout Grid) {
    guard area.rows >= Self.leastPreviewLines else { return }
    let columns = area.columns / 2 - 1
    let candidates = area.rows >= 9 ? 5 : area.rows >= 6 ? 3 : 1
    let texts = [reading.preview.trained, reading.preview.chosen].map {
      WordWrap.lines(continuation($0), columns: max(columns - 2, 1))
    }
    let lines = min(area.rows - 1, candidates + max(texts[0].count, texts[1].count))
    for (index, (title, found)) in [
      ("trained", reading.preview.trained), ("chosen", reading.preview.chosen),
    ].enumerated() {
      let left = area.column + index * (columns + 2)
      let column = Rectangle(row: area.row, column: left, rows: lines + 1, columns: columns)
      let isChosen = index == 1
      let next = grid.put(
        "\(title) \(HeaderLine.norms(isChosen ? reading.chosen : reading.trained))", area.row, left, state.titleStyle,
        in: column)
      if isChosen {
        let divergence = "\(number(reading.preview.divergence)) nat"
        let notes = ["  KL of the next token \(divergence)", "  KL \(divergence)"]
        grid.put(notes.fitting(column.endColumn - next) ?? "", area.row, next, .muted, in: column)
        grid.verticalLine(row: area.row, column: left - 1, length: lines + 1)
      }
      for (offset, candidate) in found.candidates.prefix(candidates).enumerated() {
        grid.putCandidate(
          state.labCandidate(candidate.token), candidate.probability, area.row + 1 + offset, in: column)
      }
      grid.put(
        lines: texts[index].prefix(lines - candidates), area.row + 1 + candidates, left + 1, .accent, in: column)
    }
    area = Rectangle(
      row: area.row + lines + 1, column: area.column, rows: area.rows - lines - 1, columns: area.columns)
  }

  /// The text of a continuation, `…` at its end if the reply continues.
  private func continuation(_ found: NormComparison.Continuation) -> String {
    let text = found.tokens.map(state.labPiece).joined().replacing("▁", with: " ").trimmed
    if text.isEmpty { return found.hasEnded ? "(the turn ends)" : "…" }
    return found.hasEnded ? text : text + " …"
  }

  private static let alternativeColumns = ["before", "after", "mean KL", "forms before", "forms after"]

  private func values(_ alternative: NormComparison.Alternative) -> [String] {
    [
      Numbers.magnitude(alternative.before), Numbers.magnitude(alternative.after),
      Numbers.magnitude(alternative.meanDivergence), Numbers.magnitude(alternative.formsBefore),
      alternative.formsAfter.map(Numbers.magnitude) ?? "–",
    ]
  }

  /// Draws the effect of each switch alone. Columns without room are dropped from the right.
  private func drawAlternatives(_ reading: NormComparison, _ area: Rectangle, in grid: inout Grid) {
    guard area.rows >= 2, !reading.alternatives.isEmpty else { return }
    let width = 20
    var columns: [String] = []
    for name in Self.alternativeColumns
    where width + (columns + [name]).reduce(0, { $0 + 1 + max($1.count, 6) }) < area.columns {
      columns.append(name)
    }
    let shown = reading.alternatives.prefix(area.rows - 1)
    let title =
      shown.count < reading.alternatives.count
      ? "\(shown.count) of \(reading.alternatives.count) switches" : "each switch alone"
    var column = grid.put(title.rightPadded(width), area.row, area.column, state.titleStyle, in: area)
    for name in columns {
      column = grid.put(" " + name.leftPadded(6), area.row, column, .muted, in: area)
    }
    for (offset, alternative) in shown.enumerated() {
      let isChosen = alternative.norms == reading.chosen
      let style: Style = isChosen ? .accent : .plain
      let name = TextWidth.truncate(NormsText.difference(alternative.norms, from: reading.trained), to: width - 1)
      let line = area.row + 1 + offset
      column = grid.put(TextWidth.pad(name, to: width), line, area.column, style, in: area)
      for (name, value) in zip(columns, values(alternative)) {
        column = grid.put(" " + value.leftPadded(max(name.count, 6)), line, column, style, in: area)
      }
    }
  }

  var text: [String] {
    var lines = [
      "Norms: \(state.settings.normsText).", "Trained: \(ChatSettings.text(of: state.settings.modelNorms)).",
    ]
    lines.append(NormChoice.aliases + ".")
    guard let reading else { return lines + state.labMissing.text }
    lines += NormsText(reading: reading).facts
    for (name, found) in [("trained", reading.preview.trained), ("chosen", reading.preview.chosen)] {
      let next = found.candidates.prefix(3).map {
        "\(state.labCandidate($0.token)) \(Numbers.percent($0.probability).trimmed)"
      }
      lines.append("\(name): next token \(next.joined(separator: ", ")); continued: \(continuation(found))")
    }
    lines.append("KL of the next token: \(number(reading.preview.divergence)) nat.")
    lines += effects(reading).compactMap(\.first).map { $0.split(separator: " ").joined(separator: " ") + "." }
    var heads = TextTable([
      ("head", .right), ("before", .right), ("after", .right), ("factors from", .right), ("to", .right),
    ])
    for (index, head) in reading.heads.enumerated() {
      heads.add([
        "\(index)", number(head.before), number(head.after), number(head.factors.lowerBound),
        number(head.factors.upperBound),
      ])
    }
    var table = TextTable([("each switch alone", .left)] + Self.alternativeColumns.map { ($0, .right) })
    for alternative in reading.alternatives {
      table.add(
        [NormsText.difference(alternative.norms, from: reading.trained)]
          + values(alternative).map { $0.trimmed })
    }
    return lines + heads.lines + table.lines
  }
}

extension Rectangle {
  /// The rectangle below a row, without the first column.
  fileprivate func rest(below row: Int) -> Rectangle {
    Rectangle(row: row, column: column + 1, rows: endRow - row, columns: columns - 1)
  }
}
