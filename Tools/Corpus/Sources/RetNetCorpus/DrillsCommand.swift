import ArgumentParser
import Corpus
import RetNet

/// `retnet-corpus drills`: words to repeat, and facts that are asked for repeatedly.
struct DrillsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drills",
    abstract: "Write conversations that consist mostly of copying.",
    discussion: "The same seed gives the same conversations, and a smaller number the first of them.")

  @Option(help: "Seed of all choices.") var seed: UInt64 = 1
  @Option(help: "Number of conversations.") var conversations = 100_000
  @Option(help: ArgumentHelp("File to write.", valueName: "file")) var out: String

  func validate() throws {
    try NumberCheck.check("--conversations", conversations, in: NumberCheck.counts)
  }

  func run() throws {
    let drills = Drills(seed: seed)
    try AtomicFile.write(DialogueText.file((0..<conversations).lazy.map(drills.conversation)), to: out)
  }
}
