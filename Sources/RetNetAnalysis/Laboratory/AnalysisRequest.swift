import RetNet

/// A measurement of the forms laboratory on the tokens that a session has read.
package enum AnalysisRequest: Sendable, Hashable {
  /// The three forms of one layer on the same q, k and v, and the details of one of its heads.
  case forms(layer: Int, head: Int, chunkLength: Int)
  /// The effects of these norms in one layer and on the whole model, compared with the norms of training.
  case norms(NormOptions, layer: Int)
  /// The error of one head's output against a sum in Double after very many tokens.
  case precision(layer: Int, head: Int)
  /// Operations, memory and time of each form at increasing lengths.
  case costs(layer: Int, chunkLength: Int)
}

/// The result of an `AnalysisRequest`.
package enum AnalysisResult: Sendable, Hashable {
  case forms(FormComparison)
  case norms(NormComparison)
  case precision(PrecisionComparison)
  case costs(CostComparison)
}
