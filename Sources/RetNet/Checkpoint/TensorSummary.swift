/// What the numbers of one stored tensor are like.
public struct TensorSummary: Sendable, Hashable {
  public let name: String
  public let type: TensorType
  public let shape: [Int]
  public let count: Int
  /// Elements that are NaN.
  public let nans: Int
  /// Elements that are infinite.
  public let infinities: Int
  /// Whether every element is 0.
  public let isZero: Bool
  /// √(mean x²) of the finite elements; 0 where there are none.
  public let rootMeanSquare: Double
  /// Largest |x| of the finite elements; 0 where there are none.
  public let maximum: Float

  /// Whether every element is a number.
  public var isFinite: Bool { nans == 0 && infinities == 0 }

  /// Summaries of all float tensors of a model's folder.
  ///
  /// - Throws: `CheckpointError`.
  public static func summaries(of file: TensorFiles) throws -> [TensorSummary] {
    try file.names.compactMap { name in
      guard let info = file.info(name), SafetensorsFile.floatTypes.contains(info.type) else { return nil }
      return TensorSummary(info, try file.floats(name))
    }
  }

  init(_ info: TensorInfo, _ values: [Float]) {
    name = info.name
    type = info.type
    shape = info.shape
    count = values.count
    var (nans, infinities, squares, maximum) = (0, 0, 0.0, Float(0))
    for value in values {
      if value.isFinite {
        squares += Double(value) * Double(value)
        maximum = max(maximum, abs(value))
      } else if value.isNaN {
        nans += 1
      } else {
        infinities += 1
      }
    }
    self.nans = nans
    self.infinities = infinities
    isZero = !values.isEmpty && nans + infinities == 0 && maximum == 0
    let finite = values.count - nans - infinities
    rootMeanSquare = finite > 0 ? (squares / Double(finite)).squareRoot() : 0
    self.maximum = maximum
  }
}
