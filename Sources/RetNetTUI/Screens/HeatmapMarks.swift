import TerminalKit

/// Marks of a heatmap: the legend of its ramp, the probe, and bars along its edges.
extension Ramp {
  /// Draws as many levels with their limits as fit between two columns, or none.
  func drawLegend(in grid: inout Grid, row: Int, from column: Int, to end: Int, isSigned: Bool) {
    let all = legendLevels.filter { isSigned || $0 >= 0 }
    let few = stride(from: 0, to: all.count, by: 2).map { all[$0] }
    guard let levels = [all, few].first(where: { column + $0.count + 2 <= end }), !levels.isEmpty else { return }
    var at = grid.put(isSigned ? "−" : "0", row, column)
    for level in levels {
      grid.put(cell(level: .finite(level)), row, at)
      at += 1
    }
    grid.put(isSigned ? "+" : "1", row, at)
  }

  /// Screen lines of a column of `values` values.
  func lines(_ values: Int) -> Int { (values + valuesPerCell - 1) / valuesPerCell }
}

extension Heatmap {
  /// Draws the map at its position, enlarged, with a probed entry.
  ///
  /// - Parameter full: the magnitude with the full colour; nil is that of the scale.
  func draw(
    _ plan: MapPlan, in grid: inout Grid, scale: HeatScale, full: Float? = nil, traits: ScreenTraits,
    probe: Position? = nil
  ) {
    draw(
      in: &grid, row: plan.area.row, column: plan.area.column, scale: scale, full: full ?? self.full(scale),
      traits: traits, down: plan.fit.zoom, across: plan.fit.zoom)
    guard let probe else { return }
    mark(probe, in: &grid, row: plan.area.row, column: plan.area.column, zoom: plan.fit.zoom, traits: traits)
  }

  /// Marks an entry of the matrix with the accent.
  func mark(_ probe: Position, in grid: inout Grid, row: Int, column: Int, zoom: Int = 1, traits: ScreenTraits) {
    let (top, left) = (probe.row / rowPool * zoom, probe.column / columnPool * zoom)
    guard top < rows * zoom, left < columns * zoom else { return }
    for line in top..<top + zoom {
      for x in left..<left + zoom { markHalf(line, in: &grid, row: row, column: column + x, traits: traits) }
    }
  }

  private func markHalf(_ line: Int, in grid: inout Grid, row: Int, column x: Int, traits: ScreenTraits) {
    let perCell = Ramp(limit: 1, traits: traits).valuesPerCell
    let y = row + line / perCell
    guard grid.bounds.contains(row: y, column: x) else { return }
    guard perCell == 2 else {
      grid.put("X", y, x, Style(bold: true, reverse: true))
      return
    }
    let cell = grid[y, x]
    var upper = cell.glyph == "▀" ? cell.style.foreground : cell.style.background
    var lower = cell.glyph == "▄" ? cell.style.foreground : cell.style.background
    if line.isMultiple(of: 2) { upper = .accent } else { lower = .accent }
    if upper == lower {
      grid.put("█", y, x, Style(.accent))
    } else if upper == .accent {
      grid.put("▀", y, x, Style(.accent, on: lower))
    } else {
      grid.put("▄", y, x, Style(.accent, on: upper))
    }
  }

  /// `pooled 2×1`; nil if every entry is shown.
  var poolText: String? { rowPool > 1 || columnPool > 1 ? "pooled \(rowPool)×\(columnPool)" : nil }
}

/// Bars with a resolution of an eighth of a cell.
enum EighthBars {
  private static let rising: [Glyph] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  private static let growing: [Glyph] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]

  private static func eighths(_ share: Double, of cells: Int) -> Int {
    guard share.isFinite, share > 0 else { return 0 }
    let eighths = Int((min(share, 1) * 8 * Double(cells)).rounded())
    return max(eighths, 1)  // a positive share is visible
  }

  /// A cell filled from below.
  static func upright(_ share: Double) -> Glyph { rising[eighths(share, of: 1)] }

  /// A cell of a bar with several lines, counted from the top.
  static func upright(_ share: Double, line: Int, of lines: Int) -> Glyph {
    upright(min(max(share * Double(lines) - Double(lines - 1 - line), 0), 1))
  }

  /// `cells` cells, filled from the left.
  static func level(_ share: Double, cells: Int) -> [Glyph] {
    let filled = eighths(share, of: cells)
    return (0..<max(cells, 0)).map { growing[min(max(filled - 8 * $0, 0), 8)] }
  }
}
