import RetNet
import RetNetSession

extension JSONWriter {
  /// How tokens are drawn, as fields of the object that is being written.
  func fields(_ sampling: SamplingOptions) throws {
    try field("temperature", sampling.temperature)
    try field("topK", sampling.topK)
    try field("topP", sampling.topP)
    try field("minP", sampling.minP)
    try field("repetitionPenalty", sampling.repetitionPenalty)
    try field("repetitionWindow", sampling.repetitionWindow)
    try field("seed", sampling.seed)
  }
}
