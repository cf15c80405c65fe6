import RetNet

/// What a step of a session has left behind for a viewer to look back at.
package struct RecordedStep: Sendable, Hashable {
  /// What the step was made with.
  package var options: StepOptions
  /// What it did in each layer.
  package var layers: [StepTrace.Layer]

  package init(options: StepOptions, layers: [StepTrace.Layer]) {
    self.options = options
    self.layers = layers
  }
}

extension Sequence<Float> {
  /// ‖x‖ = √(Σ x²).
  var euclideanNorm: Double { reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }

  /// Σ x y.
  func dot(_ other: some Sequence<Float>) -> Double {
    zip(self, other).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}
