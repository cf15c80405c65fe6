import RetNet

/// What a run reports while it trains. Each is one line of its log.
public enum TrainingEvent: Sendable, Hashable {
  case step(Step)
  case validation(step: Int, files: [FileResult], together: Double)
  case sample(step: Int, text: String)
  case checkpoint(step: Int)

  public struct Step: Sendable, Hashable, Codable {
    /// Counted from 1.
    public var step: Int
    public var epoch: Int
    /// Tokens predicted since the run began.
    public var tokens: Int
    /// Mean nats per token of this step's batch.
    public var loss: Double
    public var learningRate: Double
    /// Before clipping.
    public var gradientNorm: Double
    public var tokensPerSecond: Double
    /// Since the run began, the time between stop and resume left out.
    public var seconds: Double
  }

  public struct FileResult: Sendable, Hashable {
    public var path: String
    public var bitsPerByte: Double
  }

  public var step: Int {
    switch self {
    case .step(let step): step.step
    case .validation(let step, _, _), .sample(let step, _), .checkpoint(let step): step
    }
  }

  /// The event as one line of JSON, its keys in a fixed order.
  public var json: String {
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
