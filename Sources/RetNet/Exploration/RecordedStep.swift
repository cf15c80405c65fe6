/// What a step of a session has left behind for a viewer to look back at.
public protocol RecordedStep {
  /// What the step was made with.
  var conditions: StepConditions { get }
  /// What it did in each layer.
  var layers: [StepTrace.Layer] { get }
}

extension FedToken: RecordedStep {
  public var layers: [StepTrace.Layer] { trace.layers }
}

extension RandomAccessCollection where Element: RecordedStep {
  /// What a step did in a layer.
  ///
  /// - Parameter offset: steps before it in this collection.
  func layer(_ layer: Int, atOffset offset: Int) -> StepTrace.Layer {
    self[index(startIndex, offsetBy: offset)].layers[layer]
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
