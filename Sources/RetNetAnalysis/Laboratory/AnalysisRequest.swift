import RetNet

/// What the forms laboratory can be asked about the tokens of a session up to now.
package enum AnalysisRequest: Sendable, Hashable {
  /// The three forms of one layer on the same q, k and v, and one of its heads in full.
  case forms(layer: Int, head: Int, chunkLength: Int)
  /// What these norms do in one layer and to the whole model, against those that it was trained with.
  case norms(NormOptions, layer: Int)
  /// How far one head's state is from a sum in Double after very many tokens.
  case precision(layer: Int, head: Int)
  /// Operations, memory and time of each form, over growing lengths.
  case costs(layer: Int, chunkLength: Int)
}

/// The answer to a `AnalysisRequest`.
package enum AnalysisResult: Sendable, Hashable {
  case forms(FormComparison)
  case norms(NormComparison)
  case precision(PrecisionComparison)
  case costs(CostComparison)
}
