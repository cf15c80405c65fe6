import ArgumentParser
import RetNet
import RetNetSession
import RetNetTUI
import TerminalKit

/// The sampling values of a command. Options that are not given are the settings file's or the model's own.
struct SamplingArguments: ParsableArguments {
  @Option(help: Self.help(.temperature))
  var temperature: Float?
  @Option(help: Self.help(.topK))
  var topK: Int?
  @Option(help: Self.help(.topP))
  var topP: Float?
  @Option(help: Self.help(.minP))
  var minP: Float?
  @Option(name: [.long, .customLong("typical")], help: Self.help(.typicalP))
  var typicalP: Float?
  @Option(name: [.long, .customLong("top-nsigma")], help: Self.help(.topNSigma))
  var topNSigma: Float?
  @Option(
    name: [.customLong("repetition-penalty"), .customLong("repeat-penalty"), .customLong("penalty")],
    help: Self.help(.repetitionPenalty))
  var repetitionPenalty: Float?
  @Option(help: Self.help(.frequencyPenalty))
  var frequencyPenalty: Float?
  @Option(help: Self.help(.presencePenalty))
  var presencePenalty: Float?
  @Option(name: [.long, .customLong("repeat-last-n")], help: Self.help(.repetitionWindow))
  var repetitionWindow: Int?
  @Option(
    help: ArgumentHelp(
      "Add a number from -100 to 100 to a token's logit; 'retnet tokenize' shows token numbers. May be repeated.",
      valueName: "token=bias"))
  var logitBias: [LogitBias] = []
  @Option(help: "Seed of the random numbers; the same seed gives the same tokens.")
  var seed: UInt64?

  private static func help(_ value: SamplingValue) -> ArgumentHelp {
    ArgumentHelp("\(bounds(value)): \(value.summary).")
  }

  /// `0 to 10`
  private static func bounds(_ value: SamplingValue) -> String {
    let (low, high) = (value.range.lowerBound, value.range.upperBound)
    return value.isInteger ? "\(Int(low)) to \(Int(high))" : Numbers.bounds(value.range)
  }

  private var values: [SamplingValue: Float] {
    let given: [(SamplingValue, Float?)] = [
      (.temperature, temperature), (.topK, topK.map { Float($0) }), (.topP, topP), (.minP, minP),
      (.typicalP, typicalP), (.topNSigma, topNSigma), (.repetitionPenalty, repetitionPenalty),
      (.frequencyPenalty, frequencyPenalty), (.presencePenalty, presencePenalty),
      (.repetitionWindow, repetitionWindow.map { Float($0) }),
    ]
    return Dictionary(uniqueKeysWithValues: given.compactMap { name, value in value.map { (name, $0) } })
  }

  func validate() throws {
    for (name, value) in values.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where !name.range.contains(value) {
      throw ValidationError(
        "--\(name.rawValue) is \(Numbers.plain(value)), but must be from \(Self.bounds(name)).")
    }
  }

  var choices: SamplingChoices {
    SamplingChoices(values, logitBias: Dictionary(logitBias.map { ($0.token, $0.bias) }) { $1 }, seed: seed)
  }

  /// The model's values, overridden by the settings file and then by the given options. Throws `SettingsError`.
  func applied(to model: SamplingOptions) throws -> SamplingOptions {
    choices.applied(to: try Settings.read().sampling.applied(to: model))
  }
}

/// `15=-2.5`: a token's number and the number that is added to its logit.
struct LogitBias: ExpressibleByArgument, Sendable {
  var token: Int
  var bias: Float

  init?(argument: String) {
    let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, let token = Int(parts[0]), token >= 0, let bias = Float(parts[1]),
      (-100...100).contains(bias)
    else { return nil }
    (self.token, self.bias) = (token, bias)
  }
}
