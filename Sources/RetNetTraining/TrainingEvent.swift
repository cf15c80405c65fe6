import RetNet

/// A training event. Each is one line of the log.
package enum TrainingEvent: Sendable, Hashable {
  case step(Step)
  case validation(step: Int, files: [FileResult], overall: Double)
  case sample(step: Int, text: String)
  case checkpoint(step: Int)

  package struct Step: Sendable, Hashable, Codable {
    /// Counted from 1.
    package var step: Int
    package var epoch: Int
    /// Tokens predicted since the start of the run.
    package var tokens: Int
    /// Mean nats per token of this step's batch.
    package var loss: Double
    package var learningRate: Double
    /// Norm before clipping.
    package var gradientNorm: Double
    package var tokensPerSecond: Double
    /// Training time since the start of the run, without pauses between stop and resume.
    package var seconds: Double
  }

  package struct FileResult: Sendable, Hashable {
    package var path: String
    package var bitsPerByte: Double
  }

  package var step: Int {
    switch self {
    case .step(let step): step.step
    case .validation(let step, _, _), .sample(let step, _), .checkpoint(let step): step
    }
  }

  /// The event as one line of JSON, with keys in a fixed order.
  package var json: String {
    switch self {
    case .step(let s):
      "{\"step\":\(s.step),\"epoch\":\(s.epoch),\"tokens\":\(s.tokens),\"loss\":\(s.loss),"
        + "\"learningRate\":\(s.learningRate),\"gradientNorm\":\(s.gradientNorm),"
        + "\"tokensPerSecond\":\(rounded(s.tokensPerSecond)),\"seconds\":\(rounded(s.seconds))}"
    case .validation(let step, let files, let overall):
      "{\"step\":\(step),\"validation\":{"
        + files.map { "\(JSONText.quoted($0.path)):\($0.bitsPerByte)," }.joined() + "\"together\":\(overall)}}"
    case .sample(let step, let text):
      "{\"step\":\(step),\"sample\":\(JSONText.quoted(text))}"
    case .checkpoint(let step):
      "{\"step\":\(step),\"checkpoint\":true}"
    }
  }

  private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
