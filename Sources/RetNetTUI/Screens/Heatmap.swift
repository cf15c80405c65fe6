import TerminalKit

/// A pooled matrix: each value is the entry of largest magnitude of its block, with its sign.
struct Heatmap: Sendable, Hashable {
  /// Matrix entries per value, down and across.
  var rowPool: Int
  var columnPool: Int
  var rows: Int
  var columns: Int
  /// `[rows, columns]`
  var values: [Float]
  /// The largest finite magnitude.
  var maximum: Float

  /// - Parameter matrix: `[matrixRows, matrixColumns]`, row by row.
  init(_ matrix: some RandomAccessCollection<Float>, matrixColumns: Int, rowPool: Int, columnPool: Int) {
    precondition(rowPool > 0 && columnPool > 0, "a heatmap pools \(rowPool)×\(columnPool) entries")
    let matrix = Array(matrix)
    let matrixRows = matrixColumns > 0 ? matrix.count / matrixColumns : 0
    self.rowPool = rowPool
    self.columnPool = columnPool
    rows = (matrixRows + rowPool - 1) / rowPool
    columns = (matrixColumns + columnPool - 1) / columnPool
    values = Array(repeating: 0, count: rows * columns)
    maximum = 0
    for row in 0..<matrixRows {
      for column in 0..<matrixColumns {
        let value = matrix[row * matrixColumns + column]
        let place = row / rowPool * columns + column / columnPool
        // NaN has priority over numbers.
        if value.isNaN || abs(value) > abs(values[place]) { values[place] = value }
        if value.isFinite { maximum = max(maximum, abs(value)) }
      }
    }
  }

  subscript(row: Int, column: Int) -> Float { values[row * columns + column] }

  /// The magnitude with the full colour in a scale without a fixed limit: the largest one, or the 99th percentile.
  func full(_ scale: HeatScale) -> Float { if case .percentile = scale { percentile } else { maximum } }

  /// The smallest magnitude that 99 % of the finite values do not exceed; the largest one if that is 0.
  private var percentile: Float {
    let finite = values.reduce(0) { $1.isFinite ? $0 + 1 : $0 }
    let count = finite - (99 * finite + 99) / 100 + 1
    guard finite > 0 else { return maximum }
    // The `count` largest magnitudes, in ascending order.
    var largest: [Float] = Array(repeating: 0, count: count)
    for value in values {
      let magnitude = abs(value)
      guard magnitude > largest[0], magnitude.isFinite else { continue }
      var place = 1
      while place < count, largest[place] < magnitude {
        largest[place - 1] = largest[place]
        place += 1
      }
      largest[place - 1] = magnitude
    }
    return largest[0] > 0 ? largest[0] : maximum
  }

  /// Draws half blocks, or a glyph per value without colours.
  ///
  /// - Parameter full: `full(scale)`, or another magnitude with the full colour.
  func draw(in grid: inout Grid, row: Int, column: Int, scale: HeatScale, full: Float, traits: ScreenTraits) {
    let ramp = Ramp(limit: 1, traits: traits)
    func shade(_ row: Int, _ column: Int) -> Float {
      row < rows ? scale.shade(self[row, column], maximum: full) : 0
    }
    for line in 0..<(rows + ramp.valuesPerCell - 1) / ramp.valuesPerCell {
      for x in 0..<columns {
        let cell =
          ramp.valuesPerCell == 2
          ? ramp.cell(top: shade(2 * line, x), bottom: shade(2 * line + 1, x)) : ramp.cell(shade(line, x))
        grid.put(cell, row + line, column + x)
      }
    }
  }
}
