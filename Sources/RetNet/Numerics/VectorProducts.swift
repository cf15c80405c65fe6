/// Products of one vector with one matrix or several, cut by rows into parts of about equal size.
///
///     y_i = W_i x, or y_i + W_i x
struct VectorProducts: TeamWork {
  /// A matrix, and where its product goes, `[rows]`.
  typealias Product = (matrix: StoredMatrix, output: UnsafeMutablePointer<Float>)

  let x: FactorVector
  let adding: Bool
  let parts: [Part]

  struct Part {
    let matrix: StoredMatrix
    let rows: Range<Int>
    let output: UnsafeMutablePointer<Float>
  }

  /// - Parameter x: `[columns]` of every matrix.
  init(_ products: [Product], x: UnsafePointer<Float>, adding: Bool = false, threads: Int) {
    self.x = FactorVector(x, of: products.map(\.matrix))
    self.adding = adding
    let rows = products.reduce(0) { $0 + $1.matrix.rows }
    parts = products.flatMap { product in
      let count = RowParts(rows: product.matrix.rows, of: rows, threads: threads)
      return count.ranges.map { Part(matrix: product.matrix, rows: $0, output: product.output) }
    }
  }

  func perform(part: Int, thread: Int) {
    let part = parts[part]
    x.multiply(part.matrix, rows: part.rows, into: part.output, adding: adding)
  }

  func run(on team: WorkerTeam) {
    x.prepare()
    team.perform(self, parts: parts.count)
  }
}

/// Rows of a product cut for a team: several parts a thread, so that one that comes late finds less to do; none so small
/// that handing it over costs more than it takes.
struct RowParts {
  let ranges: [Range<Int>]

  /// - Parameters:
  ///   - rows: of one matrix.
  ///   - total: of all matrices that are multiplied at once.
  init(rows: Int, of total: Int, threads: Int) {
    guard threads > 1, total > 0 else {
      ranges = rows > 0 ? [0..<rows] : []
      return
    }
    let wanted = max(1, min(total / 32, 4 * threads) * rows / total)
    // Kernels take rows by fours.
    let length = max(4, ((rows + wanted - 1) / wanted + 3) / 4 * 4)
    ranges = stride(from: 0, to: rows, by: length).map { $0..<min($0 + length, rows) }
  }
}
