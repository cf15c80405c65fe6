/// `quantization` of `config.json`, the type of quantized matrices.
///
///     "quantization": {"group": 64, "type": "int4"}
extension WeightType {
  package static let configurationKey = "quantization"

  /// Whether matrices are integers with scales.
  package var isQuantized: Bool { self == .int8 || self == .int4 }

  /// `torch_dtype`: the type of the weights, or of the scales of quantized weights.
  package var torchName: String {
    switch self {
    case .f32: "float32"
    case .f16: "float16"
    case .bf16, .int8, .int4: "bfloat16"
    }
  }

  /// The value of the key.
  package var quantization: [String: Any] { ["type": rawValue, "group": StoredMatrix.groupColumns] }

  /// Reads the key; nil if it is absent.
  ///
  /// - Throws: `ModelError` naming a key that is missing, unknown or invalid.
  package static func quantization(_ object: ConfigurationObject) throws -> WeightType? {
    guard let quantization = try object.object(configurationKey) else { return nil }
    func wrong(_ key: String, expected: String) -> ModelError {
      .configuration(key: "\(configurationKey).\(key)", found: quantization.describe(key), expected: expected)
    }
    if let unknown = quantization.keys.sorted().first(where: { !["type", "group"].contains($0) }) {
      throw wrong(unknown, expected: "no key but type and group")
    }
    let type = WeightType.allCases.first { $0.isQuantized && quantization.describe("type") == "\"\($0.rawValue)\"" }
    guard let type else { throw wrong("type", expected: "\"int8\" or \"int4\"") }
    guard try quantization.integer("group", 1...1 << 20, default: 0) == StoredMatrix.groupColumns else {
      throw wrong("group", expected: "\(StoredMatrix.groupColumns), the columns that share a scale")
    }
    return type
  }
}
