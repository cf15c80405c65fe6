import RetNet
import RetNetAnalysis
import TerminalKit

/// The chunkwise form: the token axis with its chunks, the inner-chunk and cross-chunk output of each token, and the
/// state that the selected chunk passes on.
struct ChunkPane {
  struct Plan: Sendable {
    /// Columns of the labels before the axis.
    static let labelColumns = 6

    var area: Rectangle
    /// Tokens per column, and columns of the axis.
    var pool: Int
    var columns: Int
    /// The first column of the axis, and its available columns.
    var left: Int
    var room: Int
    /// Lines of each of the two bars. The second has none in a low pane.
    var bars: (inner: Int, cross: Int)
    var state: MatrixPlan?
    private var time: Int
    private var chunks: [Range<Int>]

    init(_ forms: FormComparison, _ area: Rectangle, ramp: Ramp) {
      (self.area, time, chunks) = (area, forms.time, forms.chunks.map(\.range))
      (room, left) = (max(area.columns - Self.labelColumns - 1, 1), area.column + Self.labelColumns)
      pool = max((time + room - 1) / room, 1)
      columns = (time + pool - 1) / pool
      bars =
        switch area.rows {
        case ..<2: (0, 0)
        case 2: (1, 0)
        case ..<10: (1, 1)
        case ..<20: (2, 2)
        default: (3, 3)
        }
      let rest = area.below(1 + bars.inner + bars.cross)
      if rest.rows >= 2 { state = MatrixPlan(rows: forms.headDim, columns: forms.valueDim, in: rest, ramp: ramp) }
    }

    /// The token at a column of the axis, on any line.
    func token(atColumn column: Int) -> Int { min(max((column - left) * pool, 0), time - 1) }

    func target(row: Int, column: Int) -> ViewTarget? {
      guard area.contains(row: row, column: column), column >= left, column < left + columns else { return nil }
      let token = token(atColumn: column)
      if row == area.row { return .boundary(token) }
      guard row <= area.row + bars.inner + bars.cross else { return nil }
      return chunks.firstIndex { $0.contains(token) }.map { .line($0) }
    }
  }

  var forms: FormComparison
  /// The selected chunk.
  var chosen: Int
  var scale: HeatScale
  var traits: ScreenTraits
  var plan: Plan

  /// The magnitude with the full colour in S.
  private var full: Float

  init(_ forms: FormComparison, state: AppState, plan: Plan, full: Float) {
    (self.forms, self.plan, self.full) = (forms, plan, full)
    chosen = min(state.lab.line, max(forms.chunks.count - 1, 0))
    (scale, traits) = (state.settings.scale, state.traits)
  }

  private var area: Rectangle { plan.area }
  private var left: Int { plan.left }
  private var pool: Int { plan.pool }

  func draw(in grid: inout Grid) {
    guard area.rows > 0 else { return }
    drawAxis(in: &grid)
    let inner = forms.chunks.flatMap(\.inner)
    let cross = forms.chunks.flatMap(\.cross)
    let largest = Self.largest(forms)
    drawBars("inner", inner, largest, row: area.row + 1, lines: plan.bars.inner, in: &grid)
    drawBars("cross", cross, largest, row: area.row + 1 + plan.bars.inner, lines: plan.bars.cross, in: &grid)
    guard let place = plan.state, let chunk = forms.chunks[at: chosen] else { return }
    MatrixPane(
      name: "S of chunk \(chosen)", shortName: "S\(chosen)", values: chunk.state, matrixColumns: forms.valueDim,
      full: full, scale: scale, traits: traits, place: place
    ).draw(in: &grid)
  }

  /// The value of a full bar.
  static func largest(_ forms: FormComparison) -> Double {
    forms.chunks.flatMap { $0.inner + $0.cross }.filter(\.isFinite).max() ?? 0
  }

  /// Draws a line with a mark at the start of each chunk. The selected chunk has the accent.
  private func drawAxis(in grid: inout Grid) {
    grid.put("C \(forms.chunkLength)", area.row, area.column, .muted, in: area)
    let starts = Set(forms.chunks.dropFirst().map { $0.range.lowerBound / pool })
    let range = forms.chunks[at: chosen]?.range ?? 0..<0
    for x in 0..<plan.columns {
      let isChosen = range.overlaps(x * pool..<min((x + 1) * pool, forms.time))
      grid.put(starts.contains(x) ? "┼" : "─", area.row, left + x, isChosen ? .accent : .muted, in: area)
    }
    guard pool > 1, plan.columns < plan.room else { return }
    grid.put("×\(pool)", area.row, left + plan.columns + 1, .muted, in: area)
  }

  /// Draws the maximum of each column's tokens.
  private func drawBars(
    _ name: String, _ values: [Double], _ largest: Double, row: Int, lines: Int, in grid: inout Grid
  ) {
    guard lines > 0 else { return }
    grid.put(name, row, area.column, .muted, in: area)
    let range = forms.chunks[at: chosen]?.range ?? 0..<0
    for (x, start) in stride(from: 0, to: values.count, by: pool).enumerated() {
      let part = values[start..<min(start + pool, values.count)]
      let isBroken = part.contains { !$0.isFinite }
      let share = largest > 0 ? (part.filter(\.isFinite).max() ?? 0) / largest : 0
      let style: Style = range.overlaps(start..<start + part.count) ? .accent : .muted
      for line in 0..<lines {
        let cell =
          isBroken ? Cell("?", style: .broken) : Cell(EighthBars.upright(share, line: line, of: lines), style: style)
        grid.put(cell, row + line, left + x, in: area)
      }
    }
  }
}
