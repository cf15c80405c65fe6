/// Compares every form, norm combination and precision with the expected tensors of an example's file.
///
/// Outputs are named `out.qk1.row0.score-paper`, for norms 1, 2 and 3. States are `state.S`, `state.z` and `state.c`,
/// with norm 1 on.
package struct RetentionCheck: Sendable {
  package enum Precision: String, Sendable, Hashable, CaseIterable {
    case float = "F32"
    case double = "F64"

    /// The largest difference that rounding explains, relative to the largest expected magnitude.
    package var budget: Double { self == .float ? 1e-5 : 1e-12 }
  }

  /// The comparison of one tensor.
  package struct Comparison: Sendable, Hashable {
    package var precision: Precision
    package var form: RetentionForm
    /// The expected tensor.
    package var name: String
    /// The largest difference, relative to the largest expected magnitude.
    package var maxRelative: Double

    package var passed: Bool { maxRelative <= precision.budget }
  }

  package let comparisons: [Comparison]

  package var passed: Bool { comparisons.allSatisfy(\.passed) }

  /// The compared forms, with chunks of one token, with a shorter last chunk, and longer than most examples.
  package static let forms: [RetentionForm] = [
    .parallel, .recurrent, .chunkwise(length: 1), .chunkwise(length: 7), .chunkwise(length: 64),
  ]

  /// Compares all expected tensors of the file.
  ///
  /// - Throws: `CheckpointError`, `RetentionExampleError`.
  package init(_ example: RetentionExample, forms: [RetentionForm] = forms) throws {
    var comparisons: [Comparison] = []
    for precision in Precision.allCases {
      for form in forms {
        switch precision {
        case .float: comparisons += try Self.compare(example, Float.self, precision, form)
        case .double: comparisons += try Self.compare(example, Double.self, precision, form)
        }
      }
    }
    guard comparisons.contains(where: { $0.name.hasPrefix("out.") }) else {
      throw RetentionExampleError.nothingToCheck(path: example.file.path)
    }
    self.comparisons = comparisons
  }

  /// The norm combinations by output name.
  static let combinations: [(name: String, norms: RetentionNorms)] = [false, true].flatMap { norm1 in
    [false, true].flatMap { norm2 in
      RetentionNorms.Score.allCases.map { norm3 in
        (
          "out.qk\(norm1 ? 1 : 0).row\(norm2 ? 1 : 0).score-\(norm3.rawValue)",
          RetentionNorms(norm1: norm1, norm2: norm2, norm3: norm3)
        )
      }
    }
  }

  private static func compare<Scalar: BLASScalar>(
    _ example: RetentionExample, _ scalar: Scalar.Type, _ precision: Precision, _ form: RetentionForm
  ) throws -> [Comparison] {
    var comparisons: [Comparison] = []
    func compare(_ name: String, _ found: [some BinaryFloatingPoint], shape: [Int]) throws {
      guard let info = example.file.info(name) else { return }
      guard info.shape == shape else {
        throw RetentionExampleError.shape(name: name, found: info.shape, expected: "\(shape)")
      }
      let difference = maxRelativeDifference(found, try example.file.doubles(name))
      comparisons.append(Comparison(precision: precision, form: form, name: name, maxRelative: difference))
    }
    for (name, norms) in combinations where norms.available(in: form, from: 0) == norms {
      let (output, _) = try example.compute(in: scalar, form: form, norms: norms)
      try compare(name, output, shape: example.outputShape)
    }
    let state = try example.compute(in: scalar, form: form, norms: RetentionNorms()).state.scaledByNorm1()
    try compare("state.S", state.matrix, shape: example.matrixShape)
    try compare("state.z", state.keySum, shape: example.keySumShape)
    try compare("state.c", state.decaySum, shape: [example.heads])
    return comparisons
  }

  /// max |found − expected| / max |expected|; infinite if a difference is not finite.
  static func maxRelativeDifference(_ found: [some BinaryFloatingPoint], _ expected: [Double]) -> Double {
    precondition(found.count == expected.count, "cannot compare \(found.count) numbers with \(expected.count)")
    var (difference, magnitude) = (0.0, 0.0)
    for (found, expected) in zip(found, expected) {
      let distance = abs(Double(found) - expected)
      guard distance.isFinite else { return .infinity }
      difference = max(difference, distance)
      magnitude = max(magnitude, abs(expected))
    }
    return magnitude > 0 ? difference / magnitude : difference
  }
}
