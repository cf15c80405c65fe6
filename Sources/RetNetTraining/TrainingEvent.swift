import RetNet

/// What a run reports while it trains. Each is one line of its log.
package enum TrainingEvent: Sendable, Hashable {
  case step(Step)
  case validation(step: Int, files: [FileResult], together: Double)
  case sample(step: Int, text: String)
  case checkpoint(step: Int)

  package struct Step: Sendable, Hashable, Codable {
    /// Counted from 1.
    package var step: Int
    package var epoch: Int
    /// Tokens predicted since the run began.
    package var tokens: Int
    /// Mean nats per token of this step's batch.
    package var loss: Double
    package var learningRate: Double
    /// Before clipping.
    package var gradientNorm: Double
    package var tokensPerSecond: Double
    /// Since the run began, the time between stop and resume left out.
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

  /// The event as one line of JSON, its keys in a fixed order.
  package var json: String {
    switch self {
    case .step(let s):
      "{\"step\":\(s.step),\"epoch\":\(s.epoch),\"tokens\":\(s.tokens),\"loss\":\(s.loss),"
        + "\"learningRate\":\(s.learningRate),\"gradientNorm\":\(s.gradientNorm),"
        + "\"tokensPerSecond\":\(rounded(s.tokensPerSecond)),\"seconds\":\(rounded(s.seconds))}"
    case .validation(let step, let files, let together):
      "{\"step\":\(step),\"validation\":{"
        + files.map { "\(JSONText.quoted($0.path)):\($0.bitsPerByte)," }.joined() + "\"together\":\(together)}}"
    case .sample(let step, let text):
      "{\"step\":\(step),\"sample\":\(JSONText.quoted(text))}"
    case .checkpoint(let step):
      "{\"step\":\(step),\"checkpoint\":true}"
    }
  }

  private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
