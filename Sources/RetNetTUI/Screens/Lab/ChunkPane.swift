import RetNet
import RetNetAnalysis
import TerminalKit

/// The chunkwise form: the token axis with its chunks, what each token reads inside its chunk and of the chunks before, and
/// the state that the chosen chunk hands over.
struct ChunkPane {
  /// Columns of the names before the axis.
  static let labelColumns = 6

  var forms: FormComparison
  /// The chunk that is chosen.
  var chosen: Int
  var scale: HeatScale
  var traits: ScreenTraits
  var area: Rectangle

  init(_ forms: FormComparison, state: AppState, area: Rectangle) {
    self.forms = forms
    self.area = area
    chosen = min(state.lab.line, max(forms.chunks.count - 1, 0))
    (scale, traits) = (state.settings.scale, state.traits)
  }

  // MARK: The token axis

  private var room: Int { max(area.columns - Self.labelColumns - 1, 1) }
  /// Tokens in one column.
  private var pool: Int { max((forms.time + room - 1) / room, 1) }
  private var columns: Int { (forms.time + pool - 1) / pool }
  private var left: Int { area.column + Self.labelColumns }

  /// Lines of each of the two bars: more where there is room, none of the second where there is little.
  private var barLines: (inner: Int, cross: Int) {
    switch area.rows {
    case ..<2: (0, 0)
    case 2: (1, 0)
    case ..<10: (1, 1)
    case ..<20: (2, 2)
    default: (3, 3)
    }
  }

  private var barsRow: Int { area.row + 1 }
  private var stateArea: Rectangle {
    let row = barsRow + barLines.inner + barLines.cross
    return Rectangle(row: row, column: area.column, rows: area.endRow - row, columns: area.columns)
  }

  func draw(in grid: inout Grid) {
    guard area.rows > 0, forms.time > 0 else { return }
    drawAxis(in: &grid)
    let inner = forms.chunks.flatMap(\.inner)
    let cross = forms.chunks.flatMap(\.cross)
    let largest = Self.largest(forms)
    drawBars("inner", inner, largest, row: barsRow, lines: barLines.inner, in: &grid)
    drawBars("cross", cross, largest, row: barsRow + barLines.inner, lines: barLines.cross, in: &grid)
    statePane?.draw(in: &grid)
  }

  /// What the bars go up to.
  static func largest(_ forms: FormComparison) -> Double {
    forms.chunks.flatMap { $0.inner + $0.cross }.filter(\.isFinite).max() ?? 0
  }

  /// A line with a mark where a chunk begins; the chosen chunk has the accent.
  private func drawAxis(in grid: inout Grid) {
    grid.put("C \(forms.chunkLength)", row: area.row, column: area.column, style: .muted, clippedTo: area)
    let starts = Set(forms.chunks.dropFirst().map { $0.range.lowerBound / pool })
    let range = forms.chunks[at: chosen]?.range ?? 0..<0
    for x in 0..<columns {
      let isChosen = range.overlaps(x * pool..<min((x + 1) * pool, forms.time))
      grid.put(
        starts.contains(x) ? "┼" : "─", row: area.row, column: left + x, style: isChosen ? .accent : .muted,
        clippedTo: area)
    }
    guard pool > 1, columns < room else { return }
    grid.put("×\(pool)", row: area.row, column: left + columns + 1, style: .muted, clippedTo: area)
  }

  /// The largest number of each column's tokens.
  private func drawBars(
    _ name: String, _ values: [Double], _ largest: Double, row: Int, lines: Int, in grid: inout Grid
  ) {
    guard lines > 0 else { return }
    grid.put(name, row: row, column: area.column, style: .muted, clippedTo: area)
    let range = forms.chunks[at: chosen]?.range ?? 0..<0
    for (x, start) in stride(from: 0, to: values.count, by: pool).enumerated() {
      let part = values[start..<min(start + pool, values.count)]
      let isBroken = part.contains { !$0.isFinite }
      let share = largest > 0 ? (part.filter(\.isFinite).max() ?? 0) / largest : 0
      let style: Style = range.overlaps(start..<start + part.count) ? .accent : .muted
      for line in 0..<lines {
        let cell =
          isBroken ? Cell("?", style: .broken) : Cell(EighthBars.upright(share, line: line, of: lines), style: style)
        grid.put(cell, row: row + line, column: left + x, clippedTo: area)
      }
    }
  }

  private var statePane: MatrixPane? {
    guard stateArea.rows >= 2, let chunk = forms.chunks[at: chosen] else { return nil }
    return MatrixPane(
      name: "S of chunk \(chosen)", shortName: "S\(chosen)", values: chunk.state, matrixColumns: forms.valueDim,
      scale: scale,
      traits: traits, area: stateArea)
  }

  // MARK: Mouse

  /// The token under a column of the axis, whatever the line.
  func token(atColumn column: Int) -> Int { min(max((column - left) * pool, 0), forms.time - 1) }

  func target(row: Int, column: Int) -> ViewTarget? {
    guard area.contains(row: row, column: column), column >= left, column < left + columns, forms.time > 0 else {
      return nil
    }
    let token = token(atColumn: column)
    if row == area.row { return .boundary(token) }
    guard row < stateArea.row else { return nil }
    return forms.chunks.firstIndex { $0.range.contains(token) }.map { .line($0) }
  }
}
