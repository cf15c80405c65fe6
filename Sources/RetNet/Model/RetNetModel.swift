/// A RetNet language model: its equations and its weights, which nothing changes. What it remembers is a `ModelState`.
public struct RetNetModel: Sendable {
  package let architecture: RetNetArchitecture
  package let parameters: ModelParameters

  /// The shape of the model, as `config.json` gives it.
  public var configuration: ModelConfiguration { architecture.configuration }
  /// Numbers that were trained, a tied head counted once.
  public var parameterCount: Int { architecture.layout.count }

  package init(_ architecture: RetNetArchitecture, _ parameters: ModelParameters) {
    precondition(
      parameters.count == architecture.layout.count,
      "\(parameters.count) numbers for a model of \(architecture.layout.count)")
    self.architecture = architecture
    self.parameters = parameters
  }

  /// A model that has learned nothing yet: normal weights of deviation 0.02, those that write into the residual stream
  /// smaller by √(2 · layers), norm weights 1. The same seed gives the same model.
  package init(_ configuration: ModelConfiguration, seed: UInt64) {
    let architecture = RetNetArchitecture(configuration)
    let residual = 0.02 / Double(2 * configuration.layers).squareRoot()
    let weights = architecture.layout.initialWeights(seed: seed) { entry in
      Self.residualWriters.contains { entry.name.hasSuffix($0) } ? residual : 0.02
    }
    self.init(architecture, copying: weights)
  }

  /// What writes into the residual stream ends with, in either dialect.
  private static let residualWriters = ["o_proj.weight", "out_proj.weight", "down_proj.weight", "fc2.weight"]

  /// A model with weights copied from `weights`, which is laid out as this configuration's are.
  package init(_ architecture: RetNetArchitecture, copying weights: UnsafePointer<Float>) {
    let parameters = ModelParameters(count: architecture.layout.count)
    parameters.withMutablePointer { $0.update(from: weights, count: architecture.layout.count) }
    self.init(architecture, parameters)
  }

  /// The state before the first token.
  package func makeState(batch: Int = 1) -> ModelState { ModelState(configuration, batch: batch) }

  /// The norms that this model was trained with.
  public var norms: NormOptions { NormOptions(retention: configuration.norms) }

  /// γ of each head, the same in every layer.
  package var decay: Decay { Decay(heads: configuration.heads) }
}
