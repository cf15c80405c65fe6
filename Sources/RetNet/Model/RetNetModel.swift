/// A RetNet language model: equations and constant weights. Its state is a separate value (``ModelState``).
public struct RetNetModel: Sendable {
  package let architecture: RetNetArchitecture
  package let parameters: ModelParameters

  /// The shape of the model, from `config.json`.
  public var configuration: ModelConfiguration { architecture.configuration }
  /// The number of parameters. A tied head counts once.
  public var parameterCount: Int { architecture.layout.count }

  package init(_ architecture: RetNetArchitecture, _ parameters: ModelParameters) {
    precondition(
      parameters.count == architecture.layout.count,
      "\(parameters.count) numbers for a model of \(architecture.layout.count)")
    self.architecture = architecture
    self.parameters = parameters
  }

  /// An untrained model: matrices are normal with deviation 0.02, divided by √(2 · layers) for those that write to the
  /// residual stream; norm weights are 1. The same seed gives the same model.
  package init(_ configuration: ModelConfiguration, seed: UInt64) {
    let architecture = RetNetArchitecture(configuration)
    let residual = 0.02 / Double(2 * configuration.layers).squareRoot()
    let weights = architecture.layout.initialWeights(seed: seed) { entry in
      Self.residualProjections.contains { entry.name.hasSuffix($0) } ? residual : 0.02
    }
    self.init(architecture, copying: weights)
  }

  /// The name suffixes of the matrices that write to the residual stream, in both dialects.
  private static let residualProjections = ["o_proj.weight", "out_proj.weight", "down_proj.weight", "fc2.weight"]

  /// A model with copied weights.
  ///
  /// - Parameter weights: in the architecture's layout.
  package init(_ architecture: RetNetArchitecture, copying weights: UnsafePointer<Float>) {
    let parameters = ModelParameters(count: architecture.layout.count)
    parameters.withMutablePointer { $0.update(from: weights, count: architecture.layout.count) }
    self.init(architecture, parameters)
  }

  /// The state before the first token.
  package func makeState(batch: Int = 1) -> ModelState { ModelState(configuration, batch: batch) }

  /// The norms of the trained model.
  public var norms: NormOptions { NormOptions(retention: configuration.norms) }

  /// γ of each head, the same in every layer.
  package var decay: Decay { Decay(heads: configuration.heads) }
}
