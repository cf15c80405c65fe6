import RetNet

/// One tensor to write, and how it is computed from a tensor of the source.
///
///     y[r, c] = scale · x[row(r), c] · w[c mod n],   w of n numbers
struct ConvertedTensor: Sendable {
  /// The name to write.
  var name: String
  /// The parameter of the written model.
  let parameter: Parameter
  var shape: [Int] { parameter.shape }
  /// x; nil means all ones.
  var origin: Parameter?
  var scale: Float = 1
  /// nil keeps the order of the rows.
  var row: (@Sendable (Int) -> Int)?
  /// w; nil means all ones.
  var columnWeight: Parameter?

  init(_ entry: ParameterLayout.Entry, from origin: Parameter?) {
    (name, parameter) = (entry.name, entry.parameter)
    self.origin = origin
  }

  /// Whether the numbers stay the same. If the type also stays, the tensor is copied byte for byte.
  var isUnchanged: Bool { origin != nil && scale == 1 && row == nil && columnWeight == nil }

  private var columns: Int { shape.last ?? 1 }
  private var rows: Int { shape.reduce(1, *) / max(columns, 1) }

  /// Numbers in memory at a time, unless one row has more.
  private static let blockLength = 1 << 20

  /// A tensor of the file: numbers, or their scales.
  struct Part {
    let name: String
    let type: TensorType
    let shape: [Int]
    var isScales = false
  }

  /// The tensors of the file for this one. With I8 and U8, the scales come first.
  func parts(as type: TensorType) -> [Part] {
    guard let element = type.element, element.isScaled else { return [Part(name: name, type: type, shape: shape)] }
    let groups = StoredMatrix.groups(columns: columns)
    return [
      Part(name: TensorFiles.scaleName(of: name), type: .bf16, shape: [rows, groups], isScales: true),
      Part(name: name, type: type, shape: [rows, element.rowBytes(columns: columns)]),
    ]
  }

  /// Passes the tensor's bytes to `put`, some rows at a time.
  ///
  /// - Parameters:
  ///   - x: the origin's numbers.
  ///   - weight: w.
  ///   - scales: whether to write the scales instead of the numbers.
  /// - Throws: `ConversionError.beyondRange`, and the errors of `put`.
  func write(
    _ x: StoredTensor?, weight: [Float]?, as type: TensorType, scales: Bool = false,
    _ put: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let step = max(1, Self.blockLength / max(columns, 1))
    let block = Buffer<Float>(count: min(step, rows) * columns)
    let stored = StoredBlock(rows: min(step, rows), columns: columns, type)
    for first in stride(from: 0, to: rows, by: step) {
      let range = first..<min(first + step, rows)
      let count = range.count * columns
      if let x, isUnchanged, x.type == type {
        let numbers = first * columns..<first * columns + count
        try put(scales ? x.scaleBytes(of: numbers) : x.bytes(of: numbers))
        continue
      }
      fill(block.pointer, range, x, weight, toOdd: type != .f32)
      let values = UnsafeBufferPointer(start: UnsafePointer(block.pointer), count: count)
      if let value = FloatNarrowing.firstBeyondRange(values, of: type) {
        throw ConversionError.beyondRange(tensor: name, value: value, type: type)
      }
      try put(stored.write(values, rows: range.count, scales: scales))
    }
  }

  /// Computes some rows in Float32.
  private func fill(
    _ target: UnsafeMutablePointer<Float>, _ range: Range<Int>, _ x: StoredTensor?, _ weight: [Float]?, toOdd: Bool
  ) {
    guard let x else {
      target.update(repeating: 1, count: range.count * columns)
      return
    }
    // Numbers that are multiplied below are rounded there, as Float32.
    let toOdd = toOdd && isUnchanged
    if let row {
      for (i, r) in range.enumerated() {
        let start = row(r) * columns
        x.widen(start..<start + columns, into: target + i * columns, toOdd: toOdd)
      }
    } else {
      x.widen(range.lowerBound * columns..<range.upperBound * columns, into: target, toOdd: toOdd)
    }
    if scale != 1 { VectorMath.scale(target, by: scale, count: range.count * columns) }
    guard let weight else { return }
    for i in 0..<range.count {
      for c in 0..<columns { target[i * columns + c] *= weight[c % weight.count] }
    }
  }
}
