import ArgumentParser
import Corpus
import RetNet

/// `retnet-corpus recall`: text of the recall model.
struct RecallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recall",
    abstract: "Write facts and questions for the recall model.",
    discussion: """
      Passages such as 'a3 f7 ..... ?f7 ?a3'. The same seed gives the same text. A tenth of all lists of facts is held \
      out: they come with --held-out alone. With --facts each has so many facts and one question, for retnet evaluate \
      --last-token.
      """)

  @Option(help: "Seed of all choices.") var seed: UInt64 = 1
  @Option(help: "Number of passages.") var count = 500_000
  @Flag(help: "Only facts that are excluded from training.") var heldOut = false
  @Option(help: "Number of facts in each passage, from 1 to 4, with one question.") var facts: Int?
  @Option(help: "Largest number of dots in one place.") var dots = 100
  @Option(help: ArgumentHelp("File to write.", valueName: "file")) var out: String

  func validate() throws {
    try NumberCheck.check("--count", count, in: NumberCheck.counts)
    if let facts { try NumberCheck.check("--facts", facts, in: RecallCorpus.factCounts) }
    try NumberCheck.check("--dots", dots, in: 0...10_000)
  }

  func run() throws {
    let corpus = RecallCorpus(seed: seed, mostDots: dots, heldOut: heldOut)
    var text = ""
    for index in 0..<count {
      text += facts.map { corpus.question(index, facts: $0) } ?? corpus.text(index)
      text += "\n\n"
    }
    try AtomicFile.write(text, to: out)
  }
}
