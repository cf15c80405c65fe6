import RetNet
import RetNetAnalysis
import TerminalKit

/// One head's matrix, as large as the page allows, with its scale, a probe, the sums of rows and columns, and notes
/// about the head. As the page shrinks, it drops the sums, then the notes.
struct HeadPage: ViewPage {
  /// Columns of the notes, and the columns at which they use long names.
  static let notesColumns = 14
  static let wideNotes = 30
  /// Columns of the sums right of the map, including a space.
  static let sumColumns = 5
  /// Lines of all notes, including those about the sums.
  static let linesForSums = 14
  let state: AppState
  let area: Rectangle
  let plan: Plan?
  private var values: HeadValues? { HeadValues(state, place: state.selectedPlace) }

  struct Plan: PagePlan {
    var map: MapPlan
    var notes: Rectangle?
    /// Whether the sums of rows at the right, and of columns below, have room.
    var hasRowSums: Bool
    var hasColumnSums: Bool

    init?(_ state: AppState, area: Rectangle) {
      guard let values = HeadValues(state, place: state.selectedPlace) else { return nil }
      let lines = area.rows - 1
      guard lines > 0, area.columns > 2, values.rows > 0, values.columns > 0 else { return nil }
      func pooled(_ count: Int, into room: Int) -> Int { (count + room - 1) / room }
      let width = area.columns - 2
      // The notes stay if the map beside them keeps half of its possible columns.
      let besideNotes = width - HeadPage.notesColumns
      let hasNotes =
        lines >= 4 && besideNotes > 0
        && pooled(values.columns, into: besideNotes) <= max(2 * pooled(values.columns, into: width) - 1, 1)
      let room = hasNotes ? besideNotes : width
      guard
        let map = MapPlan(
          rows: values.rows, columns: values.columns,
          in: Rectangle(row: area.row + 1, column: area.column + 1, rows: lines, columns: room), ramp: state.ramp)
      else { return nil }
      self.map = map
      // Sums need the notes, which state their scale.
      let hasSums = hasNotes && lines >= HeadPage.linesForSums
      hasRowSums = hasSums && room - map.fit.columns >= HeadPage.sumColumns
      hasColumnSums = hasSums && map.fit.lines < lines
      let column = map.area.endColumn + 1 + (hasRowSums ? HeadPage.sumColumns : 0)
      notes =
        hasNotes
        ? Rectangle(row: area.row + 1, column: column, rows: lines, columns: min(area.endColumn - column, 40)) : nil
    }

    func target(row: Int, column: Int) -> ViewTarget? { map.entry(row: row, column: column).map { .cell($0) } }
  }

  func draw(in grid: inout Grid) {
    guard let values, let plan else {
      drawTitle("Head", [state.placeFact, state.explorer.mode.fact(state.explorer)], in: &grid)
      return drawMissing(HeadValues.missing(state), in: &grid)
    }
    let mode = state.explorer.mode
    let map = values.pooled(rows: plan.map.fit.rowPool, columns: plan.map.fit.columnPool)
    let full = mode.full(map, state.settings.scale)
    drawTitle(map, full, plan, values, in: &grid)
    map.draw(
      plan.map, in: &grid, scale: mode.scale(state.settings.scale), full: full, traits: state.traits,
      probe: state.probe)
    let sums = plan.hasRowSums || plan.hasColumnSums ? drawSums(values, plan, in: &grid) : []
    if let notes = plan.notes { draw(self.notes(map) + sums, in: notes, &grid) }
  }

  // MARK: Title

  private func drawTitle(_ map: Heatmap, _ full: Float, _ plan: Plan, _ values: HeadValues, in grid: inout Grid) {
    let mode = state.explorer.mode
    let scale = mode.scaleText(state.settings.scale, full: full)
    var facts = [state.placeFact, mode.fact(state.explorer), PageTitle.Fact(scale)]
    if plan.notes == nil, let pool = map.poolText {
      facts.append(PageTitle.Fact(pool, short: "\(map.rowPool)×\(map.columnPool)"))
    }
    let (row, column) = (state.probe.row, state.probe.column)
    var right = ""
    var short: String?
    if row < values.rows, column < values.columns {
      let value = Numbers.signed(values[row, column])
      right = "(\(row),\(column)) = \(value.trimmed)"
      short = "(\(row),\(column)) \(value.trimmed)"
    }
    drawTitle("Head", facts, right: right, shortRight: short, legend: state.ramp, isSigned: mode != .share, in: &grid)
  }

  // MARK: Sums

  /// Bars of Σ|S| for each row and column, for several in one line or column the largest. Each side has its own scale,
  /// whose maximum the notes state.
  private func drawSums(_ values: HeadValues, _ plan: Plan, in grid: inout Grid) -> [Note] {
    let sums = values.sums
    func groups(_ sums: [Double], of size: Int) -> [Double] {
      stride(from: 0, to: sums.count, by: size).map { sums[$0..<min($0 + size, sums.count)].max() ?? 0 }
    }
    var notes: [Note] = []
    if plan.hasRowSums {
      let perCell = state.ramp.valuesPerCell
      // The rows in a line, or the row of which the line shows a part.
      let rows = groups(sums.rows, of: plan.map.fit.rowPool * (plan.map.fit.zoom == 1 ? perCell : 1))
      let lines = (0..<plan.map.area.rows).map {
        plan.map.fit.zoom == 1 ? rows[$0] : rows[$0 * perCell / plan.map.fit.zoom]
      }
      let largest = lines.filter(\.isFinite).max() ?? 0
      for (offset, sum) in lines.enumerated() {
        grid.putBar(
          largest > 0 ? sum / largest : 0, plan.map.area.row + offset, plan.map.area.endColumn + 1,
          cells: Self.sumColumns - 1, .muted)
      }
      notes.append(Note("row Σ|S|, maximum", "Σ row", Numbers.magnitude(largest)))
    }
    if plan.hasColumnSums {
      let columns = groups(sums.columns, of: plan.map.fit.columnPool)
      let largest = columns.filter(\.isFinite).max() ?? 0
      for (x, sum) in columns.enumerated() {
        let glyph = EighthBars.upright(largest > 0 ? sum / largest : 0)
        for column in x * plan.map.fit.zoom..<(x + 1) * plan.map.fit.zoom {
          grid.put(Cell(glyph, style: .muted), plan.map.area.endRow, plan.map.area.column + column)
        }
      }
      notes.append(Note("column Σ|S|, maximum", "Σ column", Numbers.magnitude(largest)))
    }
    return notes
  }

  // MARK: Notes

  private struct Note {
    var name: String
    var short: String
    var value: String
    var style: Style

    init(_ name: String, _ short: String, _ value: String, style: Style = .plain) {
      self.name = name
      self.short = short
      self.value = value.trimmed
      self.style = style
    }
  }

  private func notes(_ map: Heatmap) -> [Note] {
    guard let facts = HeadFacts(state, place: state.selectedPlace), let reading = facts.reading else { return [] }
    var notes = facts.marks.map { Note($0, $0, "", style: .warning) }
    if let pool = map.poolText { notes.append(Note("pooled", "pooled", String(pool.dropFirst("pooled ".count)))) }
    notes += [
      Note("decay γ", "γ", Numbers.decay(facts.gamma), style: facts.isOtherGamma ? .warning : .plain),
      Note("half-life, tokens", "half in", Numbers.halfLife(facts.halfLife)),
      Note("norm ‖S‖", "‖S‖", Numbers.magnitude(Double(reading.norm))),
      Note("largest of S", "largest", Numbers.signed(reading.largest.value)),
      Note("at row, column", "at", "(\(reading.largest.row),\(reading.largest.column))"),
    ]
    if let sum = facts.decaySum { notes.append(Note("effective tokens c", "c", Numbers.magnitude(sum))) }
    notes += [
      Note("r_n of norm 2", "r_n", Numbers.magnitude(reading.rowScale)),
      Note("divisor of norm 3", "divisor", facts.hasDivisor ? Numbers.magnitude(reading.divisor) : "none"),
      Note("tokens with divisor > 1", "> 1", Numbers.grouped(facts.divisions)),
    ]
    return notes
  }

  private func draw(_ notes: [Note], in area: Rectangle, _ grid: inout Grid) {
    let isWide = area.columns >= Self.wideNotes
    let width = isWide ? Self.wideNotes + 4 : Self.notesColumns
    for (offset, note) in notes.prefix(area.rows).enumerated() {
      let row = area.row + offset
      let fits = TextWidth.width(of: note.name) + TextWidth.width(of: note.value) < min(width, area.columns)
      let name = isWide && fits ? note.name : note.short
      let value = area.column + min(width, area.columns) - TextWidth.width(of: note.value)
      if note.value.isEmpty {
        let lines = WordWrap.lines(name, columns: min(width, area.columns))
        if lines.count == 1 { grid.put(name, row, area.column, note.style, in: area) }
        continue
      }
      grid.put(name, row, area.column, .muted, in: area)
      grid.put(note.value, row, value, note.style, in: area)
    }
  }

  // MARK: Mouse and text

  var text: [String] {
    guard let facts = HeadFacts(state, place: state.selectedPlace), let reading = facts.reading, let values else {
      return [HeadValues.missing(state)]
    }
    var lines = [facts.text]
    var details = ["Decay \(Numbers.decay(facts.gamma).trimmed)"]
    if let sum = facts.decaySum { details.append("effective tokens \(Numbers.magnitude(sum).trimmed)") }
    details.append("row scale \(Numbers.magnitude(reading.rowScale).trimmed)")
    details.append(facts.hasDivisor ? "divisor \(Numbers.magnitude(reading.divisor).trimmed)" : "no divisor")
    details.append("above 1 at \(facts.divisions) tokens")
    lines.append(details.joined(separator: ", ") + ".")
    if state.probe.row < values.rows, state.probe.column < values.columns {
      lines.append(
        "Probe, \(state.explorer.mode.fact(state.explorer).long), at row \(state.probe.row) column \(state.probe.column): "
          + "\(Numbers.signed(values[state.probe.row, state.probe.column]).trimmed).")
    }
    return lines
  }
}
