import RetNet
import RetNetSession

extension JSONWriter {
  /// Writes the sampling values as fields of the current object.
  func fields(_ sampling: SamplingOptions) throws {
    try field("temperature", sampling.temperature)
    try field("topK", sampling.topK)
    try field("topP", sampling.topP)
    try field("minP", sampling.minP)
    try field("typicalP", sampling.typicalP)
    try field("topNSigma", sampling.topNSigma)
    try field("repetitionPenalty", sampling.repetitionPenalty)
    try field("frequencyPenalty", sampling.frequencyPenalty)
    try field("presencePenalty", sampling.presencePenalty)
    try field("repetitionWindow", sampling.repetitionWindow)
    try field("seed", sampling.seed)
  }
}
