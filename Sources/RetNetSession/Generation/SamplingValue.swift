import RetNet

/// A number of `SamplingOptions` that commands, command-line options and settings files set by its name.
package enum SamplingValue: String, Sendable, Hashable, CaseIterable {
  case temperature
  case topK = "top-k"
  case topP = "top-p"
  case minP = "min-p"
  case typicalP = "typical-p"
  case topNSigma = "top-n-sigma"
  case repetitionPenalty = "repetition-penalty"
  case frequencyPenalty = "frequency-penalty"
  case presencePenalty = "presence-penalty"
  case repetitionWindow = "repetition-window"

  /// The values that a user can set.
  package var range: ClosedRange<Float> {
    switch self {
    case .temperature: 0...10
    case .topP, .minP, .typicalP: 0...1
    case .topNSigma: 0...100
    case .repetitionPenalty: 0.1...10
    case .frequencyPenalty, .presencePenalty: -10...10
    case .topK, .repetitionWindow: 0...1_000_000
    }
  }

  /// The property of `SamplingOptions`.
  private enum Property {
    case number(WritableKeyPath<SamplingOptions, Float>)
    case count(WritableKeyPath<SamplingOptions, Int>)
  }

  private var property: Property {
    switch self {
    case .temperature: .number(\.temperature)
    case .topK: .count(\.topK)
    case .topP: .number(\.topP)
    case .minP: .number(\.minP)
    case .typicalP: .number(\.typicalP)
    case .topNSigma: .number(\.topNSigma)
    case .repetitionPenalty: .number(\.repetitionPenalty)
    case .frequencyPenalty: .number(\.frequencyPenalty)
    case .presencePenalty: .number(\.presencePenalty)
    case .repetitionWindow: .count(\.repetitionWindow)
    }
  }

  package var isInteger: Bool { if case .count = property { true } else { false } }

  /// The name of the `:` command.
  package var commandName: String { self == .repetitionPenalty ? "penalty" : rawValue }

  /// What the value does, as help shows it.
  package var summary: String {
    switch self {
    case .temperature: "less random below 1, more random above; 0 takes the most probable token"
    case .topK: "draw from the k most probable tokens; 0 keeps all"
    case .topP: "draw from the fewest tokens that reach p; 1 keeps all"
    case .minP: "drop tokens below this share of the best; 0 keeps all"
    case .typicalP: "draw from tokens as surprising as the entropy, up to p; 1 keeps all"
    case .topNSigma: "drop logits n standard deviations below the best; 0 keeps all"
    case .repetitionPenalty: "divide the logits of recent tokens; 1 is off"
    case .frequencyPenalty: "lower the logit of a recent token each time; 0 is off"
    case .presencePenalty: "lower the logits of recent tokens once; 0 is off"
    case .repetitionWindow: "number of recent tokens that penalties count"
    }
  }

  package subscript(_ options: SamplingOptions) -> Float {
    switch property {
    case .number(let path): options[keyPath: path]
    case .count(let path): Float(options[keyPath: path])
    }
  }

  /// - Parameter value: a number in `range`, whole if `isInteger`.
  package func set(_ value: Float, in options: inout SamplingOptions) {
    switch property {
    case .number(let path): options[keyPath: path] = value
    case .count(let path): options[keyPath: path] = Int(value)
    }
  }
}

/// The sampling values that a user has set. The others are the model's own.
package struct SamplingChoices: Sendable, Hashable {
  package var values: [SamplingValue: Float]
  /// Added to the logits of these tokens.
  package var logitBias: [Int: Float]
  package var seed: UInt64?
  /// Texts that end a reply; nil keeps the model's or the settings'.
  package var stop: [String]?
  /// An expression that replies match.
  package var pattern: ReplyPattern?

  package init(_ values: [SamplingValue: Float] = [:], logitBias: [Int: Float] = [:], seed: UInt64? = nil) {
    (self.values, self.logitBias, self.seed) = (values, logitBias, seed)
  }

  package func applied(to model: SamplingOptions) -> SamplingOptions {
    var sampling = model
    for (name, value) in values { name.set(value, in: &sampling) }
    sampling.logitBias.merge(logitBias) { $1 }
    if let seed { sampling.seed = seed }
    if let stop { sampling.stop = stop }
    if let pattern { sampling.pattern = pattern }
    return sampling
  }
}
