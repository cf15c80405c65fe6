import ArgumentParser
import Foundation
import RetNet
import RetNetAnalysis
import RetNetSession
import RetNetTUI

/// The chat suite of `retnet evaluate`.
struct SuiteArguments: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Generate replies: JSON files of probes, and of conversations with checks.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var suite: [String] = []
  @Option(help: "Number of test conversations drawn from the --dialogue files. (default: 200)") var conversations: Int?
  @Option(
    help: ArgumentHelp("Write a report of the suite in Markdown.", valueName: "file"),
    completion: .file(extensions: ["md"])) var report: String?
  @Option(
    help: ArgumentHelp(
      "Run the suite once with each of these seeds, such as 1,2,3, and report means and ranges.", valueName: "list"))
  var seeds: SeedList?
  @OptionGroup(title: "Sampling of the suite, replacing the model's own") var sampling: SamplingArguments

  func validate() throws {
    if let conversations, conversations < 1 {
      throw ValidationError("--conversations is \(conversations), but must be 1 or more.")
    }
    if seeds != nil, sampling.seed != nil { throw ValidationError("Specify either --seed or --seeds.") }
    guard suite.isEmpty else { return }
    if conversations != nil { throw ValidationError("--conversations requires --suite.") }
    if report != nil { throw ValidationError("--report requires --suite.") }
    if seeds != nil { throw ValidationError("--seeds requires --suite.") }
    if sampling.choices != SamplingChoices() { throw ValidationError("Sampling options require --suite.") }
  }

  /// One suite per seed, and the sampling values; nil without `--suite`.
  ///
  /// The settings file is not used, so that the same command gives the same report for every user.
  ///
  /// - Parameters:
  ///   - folder: the model folder with its sampling values.
  ///   - dialogue: files to draw test conversations from; if empty, there are none.
  /// - Throws: `SuiteFileError`, `ProbesError`, `CheckedConversationError`, `FileError`, `TextError`, `ModelError`.
  func suites(_ folder: String, dialogue: [String]) throws -> (suites: [ChatSuite], sampling: SamplingOptions)? {
    guard !suite.isEmpty else { return nil }
    if let report { try AtomicFile.check(report) }  // before minutes of computation
    let content = try SuiteContent(paths: suite)
    var sampling = self.sampling.choices.applied(to: try SamplingOptions.stored(in: folder))
    let seeds = seeds?.seeds ?? [sampling.seed]
    sampling.seed = seeds[0]
    let suites = try seeds.map { seed in
      let drawn =
        dialogue.isEmpty ? nil : try TestConversation.draw(conversations ?? 200, from: dialogue, seed: seed)
      return ChatSuite(content, conversations: drawn, seed: seed)
    }
    return (suites, sampling)
  }
}

/// A list of seeds as one argument: `1,2,3`.
struct SeedList: ExpressibleByArgument, Hashable {
  /// At least one, without duplicates.
  let seeds: [UInt64]

  init?(argument: String) {
    var seeds: [UInt64] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let seed = UInt64(CommandTable.trimmed(part)), !seeds.contains(seed) else { return nil }
      seeds.append(seed)
    }
    self.seeds = seeds
  }
}
