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

  /// The magnitude with the full colour in a scale without a fixed limit: the largest one, or the 99th percentile of
  /// the pooled values if that is not 0.
  func full(_ scale: HeatScale) -> Float {
    // Of fewer than 100 values, only the largest exceeds 99 %.
    guard case .percentile = scale, values.count >= 100 else { return maximum }
    let percentile = Self.percentile(values)
    return percentile > 0 ? percentile : maximum
  }

  /// Draws half blocks, or a glyph per value without colours.
  ///
  /// - Parameters:
  ///   - full: `full(scale)`, or another magnitude with the full colour.
  ///   - down, across: half lines and columns of a value.
  func draw(
    in grid: inout Grid, row: Int, column: Int, scale: HeatScale, full: Float, traits: ScreenTraits, down: Int = 1,
    across: Int = 1
  ) {
    let ramp = Ramp(limit: 1, traits: traits)
    let levels = values.map { ramp.level(of: scale.shade($0, maximum: full)) }
    for line in 0..<ramp.lines(rows * down) {
      let top = line * ramp.valuesPerCell / down
      let bottom = (line * ramp.valuesPerCell + 1) / down
      for x in 0..<columns {
        let level = levels[top * columns + x]
        let cell =
          ramp.valuesPerCell == 2
          ? ramp.cell(top: level, bottom: bottom < rows ? levels[bottom * columns + x] : .finite(0))
          : ramp.cell(level: level)
        for repeated in 0..<across { grid.put(cell, row + line, column + x * across + repeated) }
      }
    }
  }

  /// The smallest magnitude that 99 % of the finite values do not exceed; 0 without such values.
  static func percentile(_ values: [Float]) -> Float {
    // Magnitudes are ordered as their bit patterns, so the bits of the result are found from the highest ones.
    var (found, rank): (UInt32, Int) = (0, 0)
    for (shift, width) in [(20, 11), (10, 10), (0, 10)] {
      var counts = [Int](repeating: 0, count: 1 << width)
      values.withUnsafeBufferPointer { values in
        for value in values where value.isFinite {
          let bits = value.magnitude.bitPattern
          if bits >> (shift + width) == found { counts[Int(bits >> shift) & (1 << width - 1)] += 1 }
        }
      }
      if shift == 20 {
        let count = counts.reduce(0, +)
        guard count > 0 else { return 0 }
        rank = (99 * count + 99) / 100
      }
      var next = 0
      while rank > counts[next] {
        rank -= counts[next]
        next += 1
      }
      found = found << UInt32(width) | UInt32(next)
    }
    return Float(bitPattern: found)
  }
}
