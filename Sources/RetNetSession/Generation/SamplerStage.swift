import RetNet

/// The distribution after a stage of the sampler.
package struct SamplerStage: Sendable, Hashable {
  package enum Name: String, Sendable, Hashable, CaseIterable {
    /// The model's own distribution.
    case model
    /// Logit bias, and the penalties of recent tokens.
    case penalties
    case topNSigma = "top-n-σ"
    case topK = "top-k"
    case typicalP = "typical-p"
    case topP = "top-p"
    case minP = "min-p"
    case temperature
  }

  package var name: Name
  /// Number of tokens that can still be drawn.
  package var kept: Int
  /// The probability of each of the step result's candidates after this stage, in their order; 0 if it was dropped.
  package var probabilities: [Float]

  package init(name: Name, kept: Int, probabilities: [Float]) {
    self.name = name
    self.kept = kept
    self.probabilities = probabilities
  }
}
