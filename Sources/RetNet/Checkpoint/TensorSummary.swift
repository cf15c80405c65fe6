/// What the numbers of one stored tensor are like.
package struct TensorSummary: Sendable, Hashable {
  package let name: String
  package let type: TensorType
  /// As the file has it: of U8, half the columns.
  package let shape: [Int]
  /// Numbers.
  package let count: Int
  /// Bytes in the file.
  package let byteCount: Int
  /// Elements that are NaN.
  package let nans: Int
  /// Elements that are infinite.
  package let infinities: Int
  /// Whether every element is 0.
  package let isZero: Bool
  /// √(mean x²) of the finite elements; 0 where there are none.
  package let rootMeanSquare: Double
  /// Largest |x| of the finite elements; 0 where there are none.
  package let maximum: Float

  /// Whether every element is a number.
  package var isFinite: Bool { nans == 0 && infinities == 0 }

  /// Summaries of all tensors of a model that hold floats, or whole numbers with scales, in the order of `names`; some
  /// numbers at a time are in memory.
  ///
  /// - Throws: `CheckpointError`.
  package static func summaries(of files: TensorFiles) throws -> [TensorSummary] {
    try files.names.compactMap { name in
      guard let info = files.info(name), SafetensorsFile.floatTypes.contains(info.type) || files.isScaled(name) else {
        return nil
      }
      return TensorSummary(info, try files.numbers(name))
    }
  }

  /// Numbers that are widened at once: few enough for a core's own cache.
  private static let blockLength = 1 << 14

  package init(_ info: TensorInfo, _ numbers: StoredNumbers) {
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

  /// What is counted of all numbers.
  private struct Sum {
    var nans = 0
    var infinities = 0
    /// Of finite numbers.
    var squares = 0.0
    /// The bits of the largest finite |x|, which are ordered as the numbers are.
    var largest: UInt32 = 0

    private static let infinity: UInt32 = 0x7F80_0000

    mutating func add(_ values: UnsafeBufferPointer<Float>) {
      var largest: UInt32 = 0
      for value in values { largest = max(largest, value.bitPattern & 0x7FFF_FFFF) }
      guard largest < Self.infinity else { return addOneByOne(values) }
      self.largest = max(self.largest, largest)
      // Eight sums, so that none waits for the one before.
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
