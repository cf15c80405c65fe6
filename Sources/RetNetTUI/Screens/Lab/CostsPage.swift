import RetNet
import RetNetAnalysis
import TerminalKit

/// The costs of each form over increasing lengths: operations, memory and time as numbers and bars on a log scale, and
/// the size of the state compared with a Transformer's keys and values.
///
/// As the page gets narrower, it drops the bars, then the operations.
struct CostsPage: ViewPage {
  /// Columns of a number with its unit.
  static let numberColumns = 9
  private static let leftColumns = 17

  let state: AppState
  let area: Rectangle
  let plan: Plan?
  private var reading: CostComparison? { state.lab.costs }

  private struct Measure: Sendable {
    var name: String
    var shortName: String
    var value: @Sendable (CostComparison.Row) -> Double
    var text: @Sendable (CostComparison.Row) -> String

    static let all = [
      Measure(name: "operations", shortName: "ops", value: \.operations) { Numbers.scaled($0.operations) },
      Measure(name: "memory", shortName: "mem", value: { Double($0.bytes) }, text: { Numbers.bytes($0.bytes) }),
      Measure(name: "time", shortName: "time", value: \.seconds) { Numbers.duration($0.seconds) },
    ]
  }

  private var measures: [Measure] {
    area.columns >= Self.leftColumns + 3 * (Self.numberColumns + 1) ? Measure.all : Array(Measure.all.dropFirst())
  }
  private var width: Int { (area.columns - Self.leftColumns - 1) / measures.count }

  struct Plan: PagePlan {
    var rows: ListPlan
    /// The lines under the table: the sizes of the state and of a Transformer's keys and values.
    var notes: [String]

    init?(_ state: AppState, area: Rectangle) {
      guard let reading = state.lab.costs, !reading.rows.isEmpty else { return nil }
      notes = CostsPage.notes(reading, area)
      var list = area.below(2)
      list.rows = max(list.rows - notes.count, 0)
      rows = ListPlan(
        list, count: reading.rows.count, first: state.lab.top(of: reading.rows.count, room: max(list.rows, 1)))
    }

    func target(row: Int, column: Int) -> ViewTarget? { rows.line(row: row, column: column) }
  }

  private static func notes(_ reading: CostComparison, _ area: Rectangle) -> [String] {
    let lengths = Set(reading.rows.map(\.length)).sorted()
    let caches = lengths.map { "\(Numbers.grouped($0)): \(Numbers.bytes(reading.cacheBytes(length: $0)))" }
    let state = "The state of \(reading.heads) heads takes \(Numbers.bytes(reading.stateBytes)) at any length"
    let long = WordWrap.lines(
      "\(state); the keys and values of a Transformer's layer of the same widths take, at \(caches.joined(separator: ", ")).",
      columns: max(area.columns - 2, 1))
    let last = lengths.last.map { reading.cacheBytes(length: $0) } ?? 0
    let short = WordWrap.lines(
      "State \(Numbers.bytes(reading.stateBytes)), KV cache \(Numbers.bytes(last))", columns: max(area.columns - 2, 1))
    return area.rows >= long.count + 8 ? long : area.rows >= 5 ? short : []
  }

  func draw(in grid: inout Grid) {
    guard let reading, let plan else { return drawMissing(in: &grid) }
    let status = LabStatus(state)
    let shown = plan.rows.shown
    var facts = [
      PageTitle.Fact(
        "layer \(reading.layer): \(reading.heads) heads, S [\(reading.headDim)×\(reading.valueDim)]",
        short: "layer \(reading.layer)"),
      PageTitle.Fact("chunks of \(reading.chunkLength)", short: "C \(reading.chunkLength)"),
    ]
    if shown.count < reading.rows.count {
      facts.append(PageTitle.Fact(rows: shown, of: reading.rows.count))
    }
    drawTitle("Costs", facts, right: status.long, shortRight: status.short, in: &grid)
    let scales = measures.map { measure in LogScale(reading.rows.map { measure.value($0) }) }
    drawHeadings(scales, in: &grid)
    for index in shown {
      let row = reading.rows[index]
      let isNew = index == shown.lowerBound || reading.rows[index - 1].length != row.length
      draw(
        row, length: isNew, isChosen: index == min(state.lab.line, reading.rows.count - 1), scales,
        line: plan.rows.row(index), in: &grid)
    }
    grid.put(lines: plan.notes, area.row + 2 + shown.count, area.column + 1, .accent, in: area)
  }

  private func left(_ index: Int) -> Int { area.column + Self.leftColumns + index * width }

  private func drawHeadings(_ scales: [LogScale], in grid: inout Grid) {
    guard area.rows > 1 else { return }
    grid.put("tokens form", area.row + 1, area.column + 2, .muted, in: area)
    for (index, measure) in measures.enumerated() {
      let scale = scales[index].text
      let texts = [
        "\(measure.name), log \(scale)", "\(measure.name) \(scale)", "\(measure.shortName) \(scale)", measure.name,
        measure.shortName,
      ]
      if let text = texts.fitting(width - 1) {
        grid.put(text, area.row + 1, left(index) + 1, .muted, in: area)
      }
    }
  }

  private func draw(
    _ row: CostComparison.Row, length isNew: Bool, isChosen: Bool, _ scales: [LogScale], line: Int, in grid: inout Grid
  ) {
    let style: Style = isChosen ? .accent : .plain
    let length = isNew ? Numbers.grouped(row.length) : ""
    grid.put((isChosen ? "▸" : " ") + length.leftPadded(6) + " " + row.form.name, line, area.column, style, in: area)
    for (index, measure) in measures.enumerated() {
      let next = grid.put(measure.text(row).leftPadded(Self.numberColumns), line, left(index), style, in: area)
      scales[index].drawBar(
        measure.value(row), in: &grid, row: line, column: next + 1, cells: width - Self.numberColumns - 2,
        style: isChosen ? .accent : .muted, clippedTo: area)
    }
  }

  var text: [String] {
    guard let reading, !reading.rows.isEmpty else { return state.labMissing.text }
    var table = TextTable([
      ("tokens", .right), ("form", .left), ("operations", .right), ("memory", .right), ("time", .right),
    ])
    for row in reading.rows {
      table.add([Numbers.grouped(row.length), row.form.name] + Measure.all.map { $0.text(row) })
    }
    var caches = TextTable([("tokens", .right), ("state", .right), ("keys and values of a Transformer", .right)])
    for length in Set(reading.rows.map(\.length)).sorted() {
      caches.add([
        Numbers.grouped(length), Numbers.bytes(reading.stateBytes), Numbers.bytes(reading.cacheBytes(length: length)),
      ])
    }
    return ["Costs of the retention of layer \(reading.layer), in chunks of \(reading.chunkLength)."] + table.lines
      + caches.lines
  }
}
