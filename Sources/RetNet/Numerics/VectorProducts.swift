/// Products of one vector with one matrix or several, cut by rows into parts of about equal size.
///
///     y_i = W_i x, or y_i + W_i x
final class VectorProducts {
  /// A matrix, and where its product goes, `[rows]`.
  package typealias Product = (matrix: StoredMatrix, output: UnsafeMutablePointer<Float>)

  private let x: FactorVector
  private let adding: Bool
  private let parts: UnsafeMutableBufferPointer<Part>

  private struct Part {
    let matrix: StoredMatrix
    let rows: Range<Int>
    let output: UnsafeMutablePointer<Float>
  }

  /// - Parameter x: `[columns]` of every matrix.
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

  /// What the threads share holds no counted reference: counting them would have every thread wait for the others' caches.
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

/// Rows of a product cut for a team: several parts a thread, so that one that comes late finds less to do; none so small
/// that handing it over costs more than it takes.
struct RowParts {
  package let ranges: [Range<Int>]

  /// Bytes of a part of a large matrix: the last one to finish is not waited for long.
  private static let largestPart = 1 << 19

  /// - Parameters:
  ///   - rows: of one matrix.
  ///   - total: of all matrices that are multiplied at once.
  ///   - rowBytes: of one row.
  package init(rows: Int, of total: Int, rowBytes: Int, threads: Int) {
    guard threads > 1, total > 0 else {
      ranges = rows > 0 ? [0..<rows] : []
      return
    }
    let wanted = max(1, min(total / 32, 4 * threads) * rows / total, rows * rowBytes / Self.largestPart)
    // Kernels take rows by fours.
    let length = max(4, ((rows + wanted - 1) / wanted + 3) / 4 * 4)
    ranges = stride(from: 0, to: rows, by: length).map { $0..<min($0 + length, rows) }
  }
}
