import ArgumentParser
import RetNet
import RetNetSession
import RetNetTUI
import TerminalKit

/// The sampling values of a command. Options that are not given are the settings file's or the model's own.
struct SamplingArguments: ParsableArguments {
  @Option(help: "0 to 10: below 1 less random, above 1 more random; 0 selects the most probable token.")
  var temperature: Float?
  @Option(help: "Sample from the k most probable tokens; 0 keeps all.")
  var topK: Int?
  @Option(help: "Sample from the smallest set of tokens whose probability reaches p; 1 keeps all.")
  var topP: Float?
  @Option(help: "Drop tokens less probable than this share of the most probable one; 0 keeps all.")
  var minP: Float?
  @Option(
    name: [.customLong("repetition-penalty"), .customLong("penalty")],
    help: "Penalty for repeating recent tokens; 1 disables it.")
  var repetitionPenalty: Float?
  @Option(help: "Seed of the random numbers; the same seed gives the same tokens.")
  var seed: UInt64?

  func validate() throws {
    try check("--temperature", temperature, 0...10)
    try check("--top-p", topP, 0...1)
    try check("--min-p", minP, 0...1)
    try check("--repetition-penalty", repetitionPenalty, 0.1...10)
    if let topK, topK < 0 { throw ValidationError("--top-k is \(topK), but must be 0 or more.") }
  }

  private func check(_ name: String, _ value: Float?, _ range: ClosedRange<Float>) throws {
    guard let value, !range.contains(value) else { return }
    let bounds = "\(Numbers.plain(range.lowerBound)) to \(Numbers.plain(range.upperBound))"
    throw ValidationError("\(name) is \(Numbers.plain(value)), but must be from \(bounds).")
  }

  var choices: SamplingChoices {
    SamplingChoices(
      temperature: temperature, topK: topK, topP: topP, minP: minP, repetitionPenalty: repetitionPenalty, seed: seed)
  }

  /// The model's values, overridden by the settings file and then by the given options. Throws `SettingsError`.
  func applied(to model: SamplingOptions) throws -> SamplingOptions {
    choices.applied(to: try Settings.read().sampling.applied(to: model))
  }
}
