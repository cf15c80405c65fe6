import RetNet
import RetNetAnalysis
import TerminalKit

/// One head's matrix as large as the page has room for, with its scale, a probe, the sums along its edges, and what else is
/// known of the head. As the page shrinks, the sums go first, then the notes.
struct HeadPage: ViewPage {
  /// Columns of the notes, and from how many on they are spelled out.
  static let notesColumns = 14
  static let wideNotes = 30
  /// Columns of the sums right of the map, a blank included.
  static let sumColumns = 5
  /// Lines of all notes, those on the sums included.
  static let linesForSums = 14
  private let state: AppState
  private let area: Rectangle
  private let values: HeadValues?

  init(_ state: AppState, area: Rectangle) {
    self.state = state
    self.area = area
    values = HeadValues(state, place: state.selectedPlace)
  }

  private struct Plan {
    var map: Rectangle
    var fit: HeatmapFit
    var notes: Rectangle?
    /// Whether there is room for the sums of rows at the right and of columns below.
    var hasRowSums: Bool
    var hasColumnSums: Bool
  }

  private var ramp: Ramp { Ramp(limit: 1, traits: state.traits) }

  private func plan(_ values: HeadValues) -> Plan? {
    let lines = area.rows - 1
    guard lines > 0, area.columns > 2, values.rows > 0, values.columns > 0 else { return nil }
    func pooled(_ count: Int, into room: Int) -> Int { (count + room - 1) / room }
    let width = area.columns - 2
    // The notes stay where the map beside them keeps half of the columns that it could have.
    let besideNotes = width - Self.notesColumns
    let hasNotes =
      lines >= 4 && besideNotes > 0
      && pooled(values.columns, into: besideNotes) <= max(2 * pooled(values.columns, into: width) - 1, 1)
    let room = hasNotes ? besideNotes : width
    guard
      let fit = HeatmapFit(
        rows: values.rows, columns: values.columns, lines: lines, width: room, valuesPerCell: ramp.valuesPerCell)
    else { return nil }
    let map = Rectangle(row: area.row + 1, column: area.column + 1, rows: fit.lines, columns: fit.columns)
    // Sums without their scale beside them say little.
    let hasSums = hasNotes && lines >= Self.linesForSums
    let hasRowSums = hasSums && room - fit.columns >= Self.sumColumns
    let notesColumn = map.endColumn + 1 + (hasRowSums ? Self.sumColumns : 0)
    return Plan(
      map: map, fit: fit,
      notes: hasNotes
        ? Rectangle(
          row: map.row, column: notesColumn, rows: lines, columns: min(area.endColumn - notesColumn, 40)) : nil,
      hasRowSums: hasRowSums, hasColumnSums: hasSums && fit.lines < lines)
  }

  func draw(in grid: inout Grid) {
    guard let values, let plan = plan(values) else {
      PageTitle(name: "Head", facts: [placeFact, state.explorer.mode.fact(state.explorer)])
        .draw(in: &grid, area: area, style: state.titleStyle)
      let lines = WordWrap.lines(HeadValues.missing(state), columns: max(area.columns - 3, 1))
      for (offset, line) in lines.prefix(max(area.rows - 1, 0)).enumerated() {
        grid.put(line, row: area.row + 1 + offset, column: area.column + 2, style: .muted, clippedTo: area)
      }
      return
    }
    let mode = state.explorer.mode
    var map = values.pooled(rows: plan.fit.rowPool, columns: plan.fit.columnPool)
    map.maximum = mode.maximum(map)
    drawTitle(map, plan, values, in: &grid)
    map.enlarged(plan.fit.zoom).draw(
      in: &grid, row: plan.map.row, column: plan.map.column, scale: mode.scale(state.settings.scale),
      traits: state.traits)
    map.mark(
      state.probe, in: &grid, row: plan.map.row, column: plan.map.column, zoom: plan.fit.zoom, traits: state.traits)
    let sums = plan.hasRowSums || plan.hasColumnSums ? drawSums(values, plan, in: &grid) : []
    if let notes = plan.notes { draw(self.notes(map) + sums, in: notes, &grid) }
  }

  // MARK: Title

  private var placeFact: PageTitle.Fact {
    let place = state.selectedPlace
    return PageTitle.Fact("layer \(place.layer) head \(place.head)", short: "L\(place.layer) h\(place.head)")
  }

  private func drawTitle(_ map: Heatmap, _ plan: Plan, _ values: HeadValues, in grid: inout Grid) {
    let mode = state.explorer.mode
    let scale = mode.scaleText(state.settings.scale, maximum: map.maximum)
    var facts = [placeFact, mode.fact(state.explorer), PageTitle.Fact(scale)]
    if plan.notes == nil, let pool = map.poolText {
      facts.append(PageTitle.Fact(pool, short: "\(map.rowPool)×\(map.columnPool)"))
    }
    let (row, column) = (state.probe.row, state.probe.column)
    var right = ""
    var short: String?
    if row < values.rows, column < values.columns {
      let value = Numbers.signed(values[row, column])
      right = "(\(row),\(column)) = \(CommandTable.trimmed(value))"
      short = "(\(row),\(column)) \(CommandTable.trimmed(value))"
    }
    PageTitle(
      name: "Head", facts: facts, right: right, shortRight: short, legend: ramp, legendIsSigned: mode != .share
    ).draw(in: &grid, area: area, style: state.titleStyle)
  }

  // MARK: Sums

  /// Bars of the magnitudes of each row and column, each side on a scale of its own, which the notes say.
  private func drawSums(_ values: HeadValues, _ plan: Plan, in grid: inout Grid) -> [Note] {
    let sums = values.sums
    func groups(_ sums: [Double], of size: Int) -> [Double] {
      stride(from: 0, to: sums.count, by: size).map { sums[$0..<min($0 + size, sums.count)].reduce(0, +) }
    }
    var notes: [Note] = []
    if plan.hasRowSums {
      let perCell = ramp.valuesPerCell
      // The sums of the rows that a line shows, or of the one that it shows a part of.
      let rows = groups(sums.rows, of: plan.fit.rowPool * (plan.fit.zoom == 1 ? perCell : 1))
      let lines = (0..<plan.map.rows).map { plan.fit.zoom == 1 ? rows[$0] : rows[$0 * perCell / plan.fit.zoom] }
      let largest = lines.filter(\.isFinite).max() ?? 0
      for (offset, sum) in lines.enumerated() {
        for (x, glyph) in EighthBars.level(largest > 0 ? sum / largest : 0, cells: Self.sumColumns - 1).enumerated() {
          grid.put(Cell(glyph, style: .muted), row: plan.map.row + offset, column: plan.map.endColumn + 1 + x)
        }
      }
      notes.append(Note("right: Σ of a line, up to", "Σ line", Numbers.magnitude(largest)))
    }
    if plan.hasColumnSums {
      let columns = groups(sums.columns, of: plan.fit.columnPool)
      let largest = columns.filter(\.isFinite).max() ?? 0
      for (x, sum) in columns.enumerated() {
        let glyph = EighthBars.upright(largest > 0 ? sum / largest : 0)
        for column in x * plan.fit.zoom..<(x + 1) * plan.fit.zoom {
          grid.put(Cell(glyph, style: .muted), row: plan.map.endRow, column: plan.map.column + column)
        }
      }
      notes.append(Note("below: Σ of a column, up to", "Σ column", Numbers.magnitude(largest)))
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
      self.value = CommandTable.trimmed(value)
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
      Note("steps with it above 1", "above 1", Numbers.grouped(facts.divisions)),
    ]
    return notes
  }

  private func draw(_ notes: [Note], in area: Rectangle, _ grid: inout Grid) {
    let isWide = area.columns >= Self.wideNotes
    let width = isWide ? Self.wideNotes + 4 : Self.notesColumns
    for (offset, note) in notes.prefix(area.rows).enumerated() {
      let row = area.row + offset
      let name = isWide ? note.name : note.short
      let value = area.column + min(width, area.columns) - TextWidth.width(of: note.value)
      if note.value.isEmpty {
        let lines = WordWrap.lines(name, columns: min(width, area.columns))
        if lines.count == 1 { grid.put(name, row: row, column: area.column, style: note.style, clippedTo: area) }
        continue
      }
      grid.put(name, row: row, column: area.column, style: .muted, clippedTo: area)
      grid.put(note.value, row: row, column: value, style: note.style, clippedTo: area)
    }
  }

  // MARK: Mouse and words

  func target(row: Int, column: Int) -> ViewTarget? {
    guard area.contains(row: row, column: column), let values, let plan = plan(values),
      plan.map.contains(row: row, column: column)
    else { return nil }
    return .cell(
      plan.fit.entry(
        line: row - plan.map.row, column: column - plan.map.column, rows: values.rows, matrixColumns: values.columns,
        valuesPerCell: ramp.valuesPerCell))
  }

  var text: [String] {
    guard let facts = HeadFacts(state, place: state.selectedPlace), let reading = facts.reading, let values else {
      return [HeadValues.missing(state)]
    }
    func trimmed(_ text: String) -> String { CommandTable.trimmed(text) }
    var lines = [facts.text]
    var details = ["Decay \(trimmed(Numbers.decay(facts.gamma)))"]
    if let sum = facts.decaySum { details.append("effective tokens \(trimmed(Numbers.magnitude(sum)))") }
    details.append("row scale \(trimmed(Numbers.magnitude(reading.rowScale)))")
    details.append(facts.hasDivisor ? "divisor \(trimmed(Numbers.magnitude(reading.divisor)))" : "no divisor")
    details.append("above 1 in \(facts.divisions) steps")
    lines.append(details.joined(separator: ", ") + ".")
    if state.probe.row < values.rows, state.probe.column < values.columns {
      lines.append(
        "Probe, \(state.explorer.mode.fact(state.explorer).long), at row \(state.probe.row) column \(state.probe.column): "
          + "\(trimmed(Numbers.signed(values[state.probe.row, state.probe.column]))).")
    }
    return lines
  }
}
