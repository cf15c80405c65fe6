/// Statistics of one stored tensor.
package struct TensorSummary: Sendable, Hashable {
  package let name: String
  package let type: TensorType
  /// The shape in the file; that of U8 has half the columns.
  package let shape: [Int]
  /// The number of elements.
  package let count: Int
  /// The bytes in the file.
  package let byteCount: Int
  /// The number of NaN elements.
  package let nans: Int
  /// The number of infinite elements.
  package let infinities: Int
  /// Whether every element is 0.
  package let isZero: Bool
  /// √(mean x²) of the finite elements; 0 if there are none.
  package let rootMeanSquare: Double
  /// The largest |x| of the finite elements; 0 if there are none.
  package let maximum: Float

  /// Whether every element is finite.
  package var isFinite: Bool { nans == 0 && infinities == 0 }

  /// Summaries of all tensors of floats, or of integers with scales, in the order of `names`. Tensors are read in
  /// blocks.
  ///
  /// - Parameter progress: called after each tensor.
  /// - Throws: `CheckpointError`.
  package static func summaries(
    of files: TensorFiles, progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws -> [TensorSummary] {
    let names = files.names
    return try names.enumerated().compactMap { index, name in
      defer { progress(index + 1, names.count) }
      guard let info = files.info(name), SafetensorsFile.floatTypes.contains(info.type) || files.isScaled(name) else {
        return nil
      }
      return TensorSummary(info, try files.numbers(name))
    }
  }

  /// Elements per block, which fits into a core's cache.
  private static let blockLength = 1 << 14

  package init(_ info: TensorInfo, _ numbers: StoredTensor) {
    name = info.name
    type = info.type
    shape = info.shape
    count = numbers.count
    byteCount = info.byteRange.count
    var sum = Sum()
    withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.blockLength) { block in
      for start in stride(from: 0, to: numbers.count, by: Self.blockLength) {
        let range = start..<min(start + Self.blockLength, numbers.count)
        guard let base = block.baseAddress else { return }
        numbers.widen(range, into: base)
        sum.add(UnsafeBufferPointer(start: base, count: range.count))
      }
    }
    nans = sum.nans
    infinities = sum.infinities
    let finite = count - nans - infinities
    isZero = count > 0 && finite == count && sum.largest == 0
    rootMeanSquare = finite > 0 ? (sum.squares / Double(finite)).squareRoot() : 0
    maximum = Float(bitPattern: sum.largest)
  }

  private struct Sum {
    var nans = 0
    var infinities = 0
    /// The sum of x² over the finite elements.
    var squares = 0.0
    /// The bits of the largest finite |x|, which have the order of the numbers.
    var largest: UInt32 = 0

    private static let infinity: UInt32 = 0x7F80_0000

    mutating func add(_ values: UnsafeBufferPointer<Float>) {
      var largest: UInt32 = 0
      for value in values { largest = max(largest, value.bitPattern & 0x7FFF_FFFF) }
      guard largest < Self.infinity else { return addOneByOne(values) }
      self.largest = max(self.largest, largest)
      // Eight independent sums avoid waiting for the previous addition.
      var sums = SIMD8<Double>()
      let whole = values.count & ~7
      for i in stride(from: 0, to: whole, by: 8) {
        for lane in 0..<8 {
          let value = Double(values[i + lane])
          sums[lane] += value * value
        }
      }
      for value in values[whole...] { sums[0] += Double(value) * Double(value) }
      squares += sums.sum()
    }

    private mutating func addOneByOne(_ values: UnsafeBufferPointer<Float>) {
      for value in values {
        if value.isFinite {
          squares += Double(value) * Double(value)
          largest = max(largest, value.magnitude.bitPattern)
        } else if value.isNaN {
          nans += 1
        } else {
          infinities += 1
        }
      }
    }
  }
}
