import RetNet
import RetNetSession

/// The values of one head in a mode, read from the states without a copy:
///
///     state       S_n
///     change      S_n − S_{n−1}
///     share       min(|k_i v_j| / |S_ij|, 1), and 0 if both are 0
///     difference  S_n − S of the reference
struct HeadValues {
  /// Rows and columns of S.
  let rows: Int
  let columns: Int
  private let source: Source

  /// Arrays of a whole layer, or of its last token, with the offset of the head. They share the state's memory.
  private enum Source {
    case entries([Float], at: Int)
    case difference([Float], [Float], at: Int)
    case share([Float], at: Int, key: [Float], keyAt: Int, value: [Float], valueAt: Int)
    /// A frozen head, to which the token did not write.
    case nothing
  }

  /// - Returns: nil if the values are not available; `missing` gives the reason.
  init?(_ state: AppState, place: HeadIndex, mode: Explorer.Mode? = nil) {
    guard let result = state.result, let layer = result.state.layers[at: place.layer], place.head >= 0,
      place.head < layer.heads
    else { return nil }
    (rows, columns) = (layer.headDim, layer.valueDim)
    let start = place.head * layer.headDim * layer.valueDim
    func other(_ state: ModelState?) -> [Float]? {
      guard let other = state?.layers[at: place.layer], other.matrix.count == layer.matrix.count,
        other.headDim == layer.headDim, other.valueDim == layer.valueDim
      else { return nil }
      return other.matrix
    }
    switch mode ?? state.explorer.mode {
    case .state: source = .entries(layer.matrix, at: start)
    case .change:
      guard let before = other(state.stateBefore) else { return nil }
      source = .difference(layer.matrix, before, at: start)
    case .difference:
      guard let reference = other(state.explorer.reference?.state) else { return nil }
      source = .difference(layer.matrix, reference, at: start)
    case .share:
      guard let trace = result.trace.layers[at: place.layer], trace.key.count == layer.heads * layer.headDim,
        trace.value.count == layer.heads * layer.valueDim
      else { return nil }
      source =
        result.options.changes[place].isFrozen
        ? .nothing
        : .share(
          layer.matrix, at: start, key: trace.key, keyAt: place.head * layer.headDim, value: trace.value,
          valueAt: place.head * layer.valueDim)
    }
  }

  /// Calls `body` with a reader of single entries.
  @inline(__always)
  private func read(_ body: ((_ row: Int, _ column: Int) -> Float) -> Void) {
    let width = columns
    switch source {
    case .entries(let entries, let start):
      entries.withUnsafeBufferPointer { s in body { i, j in s[start + i * width + j] } }
    case .difference(let entries, let others, let start):
      entries.withUnsafeBufferPointer { s in
        others.withUnsafeBufferPointer { t in
          body { i, j in s[start + i * width + j] - t[start + i * width + j] }
        }
      }
    case .share(let entries, let start, let key, let keyStart, let value, let valueStart):
      entries.withUnsafeBufferPointer { s in
        key.withUnsafeBufferPointer { k in
          value.withUnsafeBufferPointer { v in
            body { i, j in Self.share(k[keyStart + i] * v[valueStart + j], of: s[start + i * width + j]) }
          }
        }
      }
    case .nothing: body { _, _ in 0 }
    }
  }

  /// |written| / |whole|, at most 1; 0 if both are 0, NaN if one is not a number.
  static func share(_ written: Float, of whole: Float) -> Float {
    if written.isNaN || whole.isNaN { return .nan }
    return written == 0 ? 0 : abs(written) >= abs(whole) ? 1 : abs(written) / abs(whole)
  }

  subscript(row: Int, column: Int) -> Float {
    precondition(
      row >= 0 && row < rows && column >= 0 && column < columns, "entry (\(row), \(column)) of [\(rows), \(columns)]")
    var value: Float = 0
    read { value = $0(row, column) }
    return value
  }

  /// The entry of largest magnitude of every block, with its sign. NaN has priority over numbers.
  func pooled(rows rowPool: Int, columns columnPool: Int) -> Heatmap {
    var map = Heatmap(rowPool: rowPool, columnPool: columnPool, matrixRows: rows, matrixColumns: columns)
    let (mapColumns, rows, columns) = (map.columns, self.rows, self.columns)
    var maximum: Float = 0
    map.values.withUnsafeMutableBufferPointer { values in
      read { entry in
        for row in 0..<rows {
          let line = row / rowPool * mapColumns
          var column = 0
          for x in 0..<mapColumns {
            var best = values[line + x]
            for j in column..<min(column + columnPool, columns) {
              let value = entry(row, j)
              let magnitude = abs(value)
              if magnitude > abs(best) || value.isNaN { best = value }
              if magnitude > maximum && magnitude.isFinite { maximum = magnitude }
            }
            values[line + x] = best
            column += columnPool
          }
        }
      }
    }
    map.maximum = maximum
    return map
  }

  /// Σ_j |x_ij| of every row and Σ_i |x_ij| of every column.
  var sums: (rows: [Double], columns: [Double]) {
    var down = [Double](repeating: 0, count: rows)
    var across = [Double](repeating: 0, count: columns)
    let (rows, columns) = (self.rows, self.columns)
    read { entry in
      for i in 0..<rows {
        for j in 0..<columns {
          let magnitude = Double(abs(entry(i, j)))
          down[i] += magnitude
          across[j] += magnitude
        }
      }
    }
    return (down, across)
  }

  /// Why values are not available, and what to do.
  static func missing(_ state: AppState) -> String {
    guard state.model != nil else { return "No model is open: :model NAME opens one." }
    guard state.result != nil else { return "S is zero before the first token: type a message and press Enter." }
    return switch state.explorer.mode {
    case .change: "The state before this step is not available: → makes the next step."
    case .difference:
      state.explorer.reference == nil
        ? "No reference yet: press a, or :reference."
        : "The reference belongs to another model: press a, or :reference."
    case .state, .share: "The state has no such head."
    }
  }
}

extension Heatmap {
  /// A map of zeros.
  init(rowPool: Int, columnPool: Int, matrixRows: Int, matrixColumns: Int) {
    self.init(EmptyCollection(), matrixColumns: matrixColumns, rowPool: rowPool, columnPool: columnPool)
    rows = (matrixRows + rowPool - 1) / rowPool
    values = Array(repeating: 0, count: rows * columns)
  }
}

extension Explorer.Mode {
  /// The mode in a title.
  func fact(_ explorer: Explorer) -> PageTitle.Fact {
    switch self {
    case .state: PageTitle.Fact("state S", short: "S")
    case .change: PageTitle.Fact("change S_n − S_n−1", short: "change")
    case .share: PageTitle.Fact("share |k v| / |S| of the last token", short: "share")
    case .difference:
      PageTitle.Fact(
        "difference " + (explorer.reference?.source.name ?? ""), short: explorer.reference?.source.name ?? "difference")
    }
  }

  /// Shares have their own scale, from 0 to 1.
  func scale(_ scale: HeatScale) -> HeatScale {
    self == .share ? scale.ofShares : scale
  }

  /// The magnitude with the full colour, before a fixed limit.
  func full(_ map: Heatmap, _ scale: HeatScale) -> Float { self == .share ? 1 : map.full(scale) }

  /// `p99 ±1.842`, `0…1`, `symlog 0…1`.
  ///
  /// - Parameter full: the magnitude with the full colour, before a fixed limit.
  func scaleText(_ scale: HeatScale, full: Float) -> String {
    guard self == .share else { return scale.text(maximum: full) }
    return (scale.ofShares == .linear ? "" : scale.ofShares.name + " ") + "0…1"
  }
}

extension StateReference {
  /// `vs token 12`, `vs branch 1`, `vs norms 1··│off`, `vs an empty state`.
  var name: String {
    switch self {
    case .position(0): "vs the start"
    case .position(let position): "vs token \(position - 1)"
    case .branch(let id): "vs branch \(id)"
    case .norms(let norms): "vs norms \(HeaderLine.norms(norms))"
    case .emptyStart: "vs an empty state"
    }
  }
}

extension AppState {
  /// The state before the last step; nil if not available.
  var stateBefore: ModelState? {
    guard let before = explorer.before, let result, before.position == result.position - 1 else { return nil }
    return before
  }
}

extension Array {
  /// The element at an index, or nil outside the collection.
  subscript(at index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
