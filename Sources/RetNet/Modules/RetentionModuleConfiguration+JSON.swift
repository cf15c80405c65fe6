import Foundation

/// `config.json` of a stand-alone module. An absent key has retnet-pytorch's default. Width and heads have no default
/// there; if they are absent, the tensors' shapes define them.
extension RetentionModuleConfiguration {
  /// - Parameter tensors: the shapes of the module's tensors by name.
  /// - Throws: `ModelError` naming the key.
  package init(json: Data, tensors: [String: [Int]] = [:]) throws {
    let object = try ConfigurationObject(json)
    func required(_ key: String, _ range: ClosedRange<Int>, shape: Int?) throws -> Int {
      if !object.has(key), let shape, range.contains(shape) { return shape }
      return try object.integer(key, range, orMissing: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    let modelDim = try required("dim_model", Self.widths, shape: tensors["o_proj.weight"]?.first)
    // After the width, whose absence shows that this is no module.
    try ConfigurationKeys.module.check(object)
    let groups = (tensors["v_proj.weight"]?.first).flatMap { width in
      (tensors["norm.weight"]?.first).flatMap { $0 > 0 ? width / $0 : nil }
    }
    self.init(
      modelDim: modelDim, heads: try required("num_heads", 1...1024, shape: groups),
      valueFactor: try object.integer("value_factor", 1...1024, default: 2),
      gate: try object.activation("gate_fn", default: .silu),
      preNorm: try object.boolean("pre_norm", default: true),
      epsilon: Float(try object.number("layer_norm_eps", 0...1, default: 1e-5)),
      isCausal: try object.boolean("causal", default: true),
      norm2: try object.boolean("normalize_attn", default: false),
      norm3: try object.boolean("normalize_retn", default: false))
    try validate()
  }

  /// Throws `ModelError` if heads do not divide the widths.
  package func validate() throws {
    guard let problem = layer.problem else { return }
    throw ModelError.configuration(
      key: "num_heads", found: "\(heads)", expected: "heads for a width of \(modelDim): \(problem)")
  }

  /// The `config.json` of this configuration.
  package func json() throws -> Data {
    let object: [String: Any] = [
      "dim_model": modelDim, "num_heads": heads, "value_factor": valueFactor, "gate_fn": gate.rawValue,
      "pre_norm": preNorm, "layer_norm_eps": epsilon.shortestDecimal, "causal": isCausal,
      "normalize_attn": norm2, "normalize_retn": norm3,
    ]
    return try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
  }

  package static let widths = 1...131_072
}

extension ConfigurationObject {
  /// An integer without a default.
  package func integer(_ key: String, _ range: ClosedRange<Int>, orMissing expected: String) throws -> Int {
    guard has(key) else { throw ModelError.configuration(key: key, found: "missing", expected: expected) }
    return try integer(key, range, default: range.lowerBound)
  }

  package func activation(_ key: String, default value: Activation) throws -> Activation {
    let names = Activation.allCases.map(\.rawValue) + ["swish"]
    return Activation(name: try string(key, oneOf: names, default: value.rawValue)) ?? value
  }
}
