import Foundation

/// The configuration of a RetNet on dense inputs, with retnet-pytorch's settings and defaults.
public struct RetNetStackConfiguration: Sendable, Hashable {
  /// The widths between the linear maps of a block's MLP.
  public enum MLPWidth: Sendable, Hashable {
    /// One width, this multiple of the model's.
    case multiple(Int)
    /// The listed widths.
    case widths([Int])
  }

  /// The width of input and output (`dim_model`).
  public var modelDim: Int
  /// The number of layers (`num_layer`).
  public var layers: Int
  /// The number of heads (`num_heads`).
  public var heads: Int
  /// The dropout probability of the inputs of the MLP's linear maps in training (`dropout`).
  public var dropout: Double
  /// The width of the values of all heads divided by `modelDim` (`value_factor`).
  public var valueFactor: Int
  /// The activation of the retention's output gate (`msr_gate_fn`).
  public var retentionGate: Activation
  /// The activation of the MLP (`mlp_gate_fn`).
  public var mlpGate: Activation
  /// The hidden widths of the MLP (`mlp_mult`).
  public var mlpWidth: MLPWidth
  /// Whether the MLP's linear maps have biases (`mlp_bias`).
  public var mlpBias: Bool
  /// Whether the activation also follows the MLP's last linear map, as in retnet-pytorch (`mlp_activates_last`, a key
  /// of this project).
  public var mlpActivatesLast: Bool
  /// ε of every LayerNorm (`layer_norm_eps`).
  public var epsilon: Float

  /// A configuration with retnet-pytorch's defaults. ``RetNetStack`` checks the values.
  ///
  /// - Parameters:
  ///   - modelDim: the width of input and output.
  ///   - layers: the number of layers.
  ///   - heads: the number of heads.
  ///   - dropout: the dropout probability in training.
  ///   - valueFactor: the width of the values divided by `modelDim`.
  ///   - retentionGate: the activation of the retention's output gate.
  ///   - mlpGate: the activation of the MLP.
  ///   - mlpWidth: the hidden widths of the MLP.
  ///   - mlpBias: whether the MLP's linear maps have biases.
  ///   - mlpActivatesLast: whether the activation also follows the MLP's last linear map.
  ///   - epsilon: ε of every LayerNorm.
  public init(
    modelDim: Int = 512, layers: Int = 6, heads: Int = 8, dropout: Double = 0.1, valueFactor: Int = 2,
    retentionGate: Activation = .gelu, mlpGate: Activation = .gelu, mlpWidth: MLPWidth = .multiple(4),
    mlpBias: Bool = true, mlpActivatesLast: Bool = true, epsilon: Float = 1e-5
  ) {
    self.modelDim = modelDim
    self.layers = layers
    self.heads = heads
    self.dropout = dropout
    self.valueFactor = valueFactor
    self.retentionGate = retentionGate
    self.mlpGate = mlpGate
    self.mlpWidth = mlpWidth
    self.mlpBias = mlpBias
    self.mlpActivatesLast = mlpActivatesLast
    self.epsilon = epsilon
  }

  /// The most widths of an MLP, far above any model's: the number of weights of 4,096 layers fits an Int.
  private static let mostWidths = 256

  /// The widths between the linear maps.
  package var hiddenWidths: [Int] {
    switch mlpWidth {
    case .multiple(let factor): [factor * modelDim]
    case .widths(let widths): widths
    }
  }

  /// The configuration of one retention layer of the stack.
  package var retention: RetentionModuleConfiguration {
    RetentionModuleConfiguration(
      modelDim: modelDim, heads: heads, valueFactor: valueFactor, gate: retentionGate, epsilon: epsilon)
  }

  /// - Throws: `RetNetError.value` if a setting is out of range, or heads do not divide the widths.
  package func requireRanges() throws(RetNetError) {
    let widths = RetentionLayerShape.widths
    try RetNetError.require((1...4096).contains(layers), "number of layers", layers, "1 to 4096")
    try RetNetError.require(dropout >= 0 && dropout < 1, "dropout", dropout, "from 0 up to but not including 1")
    try retention.requireWidths()
    try retention.layer.validate()
    if case .multiple(let factor) = mlpWidth {
      try RetNetError.require(
        widths.contains(factor), "multiple of the MLP's width", factor, "1 to \(widths.upperBound)")
    }
    try RetNetError.require(
      hiddenWidths.count <= Self.mostWidths, "number of the MLP's widths", hiddenWidths.count,
      "at most \(Self.mostWidths)")
    try RetNetError.require(
      hiddenWidths.allSatisfy(widths.contains), "list of the MLP's widths", hiddenWidths,
      "1 to \(widths.upperBound) each")
  }

  /// Throws `ModelError` if a setting is out of range, or heads do not divide the widths.
  package func validate() throws {
    func require(_ fits: Bool, _ key: String, _ found: some CustomStringConvertible, _ expected: String) throws {
      if !fits { throw ModelError.configuration(key: key, found: "\(found)", expected: expected) }
    }
    try require(layers >= 1, "num_layer", layers, "1 or more")
    try require(dropout >= 0 && dropout < 1, "dropout", dropout, "a number from 0 up to but not including 1")
    try retention.validate()
    try require(
      hiddenWidths.count <= Self.mostWidths, "mlp_mult", "an array of \(hiddenWidths.count)",
      "at most \(Self.mostWidths) widths")
    try require(hiddenWidths.allSatisfy { $0 >= 1 }, "mlp_mult", hiddenWidths, "widths of 1 or more")
  }
}

/// `config.json` of a stack. An absent key has retnet-pytorch's default.
extension RetNetStackConfiguration {
  /// A single number in `mlp_mult` is a multiple of the model's width. retnet-pytorch reads it as the width, so it is
  /// the width if the tensors have this width.
  ///
  /// - Parameter tensors: the shapes of the stack's tensors by name.
  /// - Throws: `ModelError` naming the key.
  package init(json: Data, tensors: [String: [Int]] = [:]) throws {
    let object = try ConfigurationObject(json)
    try ConfigurationKeys.stack.check(object)
    let mlpWidth: MLPWidth
    if let widths = try object.integers("mlp_mult", 1...1_048_576) {
      mlpWidth = .widths(widths)
    } else {
      let factor = try object.integer("mlp_mult", 1...1024, default: 4)
      mlpWidth = tensors["layers.0.1.net.1.1.weight"]?.first == factor ? .widths([factor]) : .multiple(factor)
    }
    self.init(
      modelDim: try object.integer("dim_model", RetentionModuleConfiguration.widths, default: 512),
      layers: try object.integer("num_layer", 1...4096, default: 6),
      heads: try object.integer("num_heads", 1...1024, default: 8),
      dropout: try object.number("dropout", 0...0.999_999, default: 0.1),
      valueFactor: try object.integer("value_factor", 1...1024, default: 2),
      retentionGate: try object.activation("msr_gate_fn", default: .gelu),
      mlpGate: try object.activation("mlp_gate_fn", default: .gelu), mlpWidth: mlpWidth,
      mlpBias: try object.boolean("mlp_bias", default: true),
      mlpActivatesLast: try object.boolean("mlp_activates_last", default: true),
      epsilon: Float(try object.number("layer_norm_eps", 0...1, default: 1e-5)))
    try validate()
  }

  /// The `config.json` of this configuration. The MLP's widths are a list, which is unambiguous.
  package func json() throws -> Data {
    let object: [String: Any] = [
      "dim_model": modelDim, "num_layer": layers, "num_heads": heads, "dropout": dropout, "value_factor": valueFactor,
      "msr_gate_fn": retentionGate.rawValue, "mlp_gate_fn": mlpGate.rawValue, "mlp_mult": hiddenWidths,
      "mlp_bias": mlpBias, "mlp_activates_last": mlpActivatesLast,
      "layer_norm_eps": epsilon.shortestDecimal,
    ]
    return try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
  }
}
