/// Products of one vector with one or more matrices, divided by rows into parts of similar size.
///
///     y_i = W_i x, or y_i += W_i x
final class VectorProducts {
  /// A matrix W_i and its output y_i, `[rows]`.
  package typealias Product = (matrix: StoredMatrix, output: UnsafeMutablePointer<Float>)

  private let x: FactorVector
  private let adding: Bool
  private let parts: UnsafeMutableBufferPointer<Part>

  private struct Part {
    let matrix: StoredMatrix
    let rows: Range<Int>
    let output: UnsafeMutablePointer<Float>
  }

  /// - Parameter x: `[columns]`, the same for every matrix.
  package init(_ products: [Product], x: UnsafePointer<Float>, adding: Bool = false, threads: Int) {
    self.x = FactorVector(x, of: products.map(\.matrix))
    self.adding = adding
    let rows = products.reduce(0) { $0 + $1.matrix.rows }
    let parts = products.flatMap { product in
      RowParts(
        rows: product.matrix.rows, of: rows, rowBytes: product.matrix.element.rowBytes(columns: product.matrix.columns),
        threads: threads
      ).ranges.map {
        Part(matrix: product.matrix, rows: $0, output: product.output)
      }
    }
    self.parts = .allocate(capacity: parts.count)
    _ = self.parts.initialize(from: parts)
  }

  deinit {
    parts.deinitialize()
    parts.deallocate()
  }

  package func run(on team: WorkerTeam) {
    x.prepare()
    team.perform(Work(products: .passUnretained(self)), parts: parts.count)
  }

  /// Unmanaged: reference counting would make the threads contend for one cache line.
  private struct Work: TeamWork {
    let products: Unmanaged<VectorProducts>

    func perform(part: Int, thread: Int) {
      products._withUnsafeGuaranteedRef { products in
        let part = products.parts[part]
        products.x.multiply(part.matrix, rows: part.rows, into: part.output, adding: products.adding)
      }
    }
  }
}

/// The rows of a product, divided for a team. Several parts per thread balance the load; no part is so small that
/// scheduling it costs more than computing it.
struct RowParts {
  package let ranges: [Range<Int>]

  /// The most bytes of a part, which bounds the wait for the last one.
  private static let largestPart = 1 << 19

  /// - Parameters:
  ///   - rows: the rows of this matrix.
  ///   - total: the rows of all matrices of the product.
  ///   - rowBytes: the bytes of one row.
  package init(rows: Int, of total: Int, rowBytes: Int, threads: Int) {
    guard threads > 1, total > 0 else {
      ranges = rows > 0 ? [0..<rows] : []
      return
    }
    let parts = max(1, min(total / 32, 4 * threads) * rows / total, rows * rowBytes / Self.largestPart)
    // The kernels compute four rows at a time.
    let length = max(4, ((rows + parts - 1) / parts + 3) / 4 * 4)
    ranges = stride(from: 0, to: rows, by: length).map { $0..<min($0 + length, rows) }
  }
}
