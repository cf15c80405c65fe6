import RetNet

/// One tensor to be written: which of the source's it is made of, and how.
///
///     y[r, c] = scale · x[row(r), c] · w[c mod n],   w of n numbers
struct ConvertedTensor: Sendable {
  /// As it is to be called.
  var name: String
  /// What it is in the model that is written.
  let parameter: Parameter
  var shape: [Int] { parameter.shape }
  /// x; nil is all ones.
  var origin: Parameter?
  var scale: Float = 1
  /// nil is every row in its place.
  var row: (@Sendable (Int) -> Int)?
  /// w; nil is all ones.
  var columnWeight: Parameter?

  init(_ entry: ParameterLayout.Entry, from origin: Parameter?) {
    (name, parameter) = (entry.name, entry.parameter)
    self.origin = origin
  }

  /// Whether the numbers stay what they are, so that a tensor whose type stays too is copied byte for byte.
  var isUnchanged: Bool { origin != nil && scale == 1 && row == nil && columnWeight == nil }

  private var columns: Int { shape.last ?? 1 }
  private var rows: Int { shape.reduce(1, *) / max(columns, 1) }

  /// Numbers that are in memory at once, but for a row that has more.
  private static let blockLength = 1 << 20

  /// A tensor of the file: the numbers, or what scales them.
  struct Part {
    let name: String
    let type: TensorType
    let shape: [Int]
    var isScales = false
  }

  /// What a file has of the tensor. I8 and U8 have scales, which come first.
  func parts(as type: TensorType) -> [Part] {
    guard let element = type.element, element.isScaled else { return [Part(name: name, type: type, shape: shape)] }
    let groups = StoredMatrix.groups(columns: columns)
    return [
      Part(name: TensorFiles.scaleName(of: name), type: .bf16, shape: [rows, groups], isScales: true),
      Part(name: name, type: type, shape: [rows, element.rowBytes(columns: columns)]),
    ]
  }

  /// Hands the tensor's bytes to `put`, some rows at a time.
  ///
  /// - Parameters:
  ///   - x: the origin's numbers.
  ///   - weight: w.
  ///   - scales: whether the scales are wanted instead of the numbers.
  /// - Throws: `ConversionError.beyondRange`, or what `put` throws.
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

  /// The numbers of some rows in Float32.
  private func fill(
    _ target: UnsafeMutablePointer<Float>, _ range: Range<Int>, _ x: StoredTensor?, _ weight: [Float]?, toOdd: Bool
  ) {
    guard let x else {
      target.update(repeating: 1, count: range.count * columns)
      return
    }
    // What is multiplied afterwards is rounded then, as a Float32.
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
