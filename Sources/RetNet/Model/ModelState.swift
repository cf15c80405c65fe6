/// What a whole model remembers: one retention state per layer. A value: copying it is a snapshot.
public struct ModelState: Sendable, Hashable {
  /// One for each layer, the first layer first.
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

  /// Tokens seen so far.
  public var position: Int { layers.first?.position ?? 0 }
}
