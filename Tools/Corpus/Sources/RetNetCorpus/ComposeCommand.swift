import ArgumentParser
import Corpus
import Foundation

/// `retnet-corpus compose`: conversations from scenes.
struct ComposeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compose",
    abstract: "Compose conversations from scenes, told facts, sums and other people's talk.",
    discussion: """
      The same seed and files give the same conversations. A table of what was composed goes to standard error.
      """)

  @Option(help: ArgumentHelp("Folder of scene files.", valueName: "dir")) var scenes: String
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Files of dialogue, parts of which stand between.", valueName: "file"))
  var talk: [String] = []
  @Option(help: ArgumentHelp("Shares of the kinds of text.", valueName: "file")) var weights: String?
  @Option(help: "Seed of all choices.") var seed: UInt64 = 1
  @Option(help: "Number of conversations.") var conversations = 100_000
  @Option(help: ArgumentHelp("File to write.", valueName: "file")) var out: String
  @Flag(help: "Write the report as JSON to standard output.") var json = false

  func validate() throws {
    try NumberCheck.check("--conversations", conversations, in: NumberCheck.counts)
  }

  func run() throws {
    var composer = try Composer(
      seed: seed, scenes: scenes, talks: talk, weights: try weights.map { try Weights(path: $0) } ?? .even)
    try composer.write(conversations, to: out)
    StandardStreams.tell(composer.report.table)
    if json { try StandardStreams.write(try composer.report.json()) }
  }
}
