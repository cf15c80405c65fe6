/// What a whole model remembers: one retention state per layer. A value: copying it is a snapshot.
package struct ModelState: Sendable, Hashable, Codable {
  package var layers: [RetentionState<Float>]

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
  package var position: Int { layers.first?.position ?? 0 }
}
