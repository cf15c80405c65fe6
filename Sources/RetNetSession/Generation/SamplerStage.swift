import RetNet

/// What a stage of the sampler leaves of the distribution.
package struct SamplerStage: Sendable, Hashable {
  package enum Name: String, Sendable, Hashable, CaseIterable {
    /// The model's own distribution.
    case model
    case penalty
    case temperature
    case minP = "min-p"
    case topK = "top-k"
    case topP = "top-p"
  }

  package var name: Name
  /// Tokens that can still be drawn.
  package var kept: Int
  /// The probability of each of the moment's candidates behind this stage, in their order; 0 where it was cut.
  package var probabilities: [Float]

  package init(name: Name, kept: Int, probabilities: [Float]) {
    self.name = name
    self.kept = kept
    self.probabilities = probabilities
  }
}
