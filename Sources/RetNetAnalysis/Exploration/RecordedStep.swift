import RetNet

/// The record of a session's step, for later inspection.
package struct RecordedStep: Sendable, Hashable {
  /// The options of the step.
  package var options: StepOptions
  /// The trace of each layer.
  package var layers: [StepTrace.Layer]

  package init(options: StepOptions, layers: [StepTrace.Layer]) {
    self.options = options
    self.layers = layers
  }
}

extension Sequence<Float> {
  /// ‖x‖ = √(Σ x²).
  package var euclideanNorm: Double { reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }

}
