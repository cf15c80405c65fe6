/// The state of a model: one retention state per layer. It is a value, so a copy is a snapshot.
public struct ModelState: Sendable, Hashable {
  /// One state per layer, from layer 0.
  public package(set) var layers: [RetentionState<Float>]

  package init(layers: [RetentionState<Float>]) {
    self.layers = layers
  }

  /// The state before the first token.
  package init(_ configuration: ModelConfiguration, batch: Int = 1) {
    layers = (0..<configuration.layers).map { _ in
      RetentionState(
        batch: batch, heads: configuration.heads, headDim: configuration.headDim, valueDim: configuration.headValueDim)
    }
  }

  /// The number of tokens read.
  public var position: Int { layers.first?.position ?? 0 }
}
