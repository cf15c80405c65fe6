import ArgumentParser
import Corpus
import RetNet

/// `retnet-corpus teach`: conversations from templates.
struct TeachCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "teach",
    abstract: "Write conversations that teach the model its name, manners, recall and small sums.",
    discussion: """
      The same seed gives the same conversations, and a smaller count the first of them. Names, towns, numbers and \
      questions of the probes are never among them.
      """)

  @Option(help: "Seed of all choices.") var seed: UInt64 = 1
  @Option(help: "Number of conversations.") var count = 20_000
  @Option(help: "Plots in a conversation at most: things that are told and asked for, one after the other.") var plots =
    1
  @Flag(help: "Only drills: words to repeat, facts asked for again and again.") var drills = false
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Files of dialogue, in the midst of whose talk is told and asked.", valueName: "file"))
  var amid: [String] = []
  @Option(help: ArgumentHelp("File to write.", valueName: "file")) var out: String

  func validate() throws {
    try NumberCheck.check("--count", count, in: NumberCheck.counts)
    try NumberCheck.check("--plots", plots, in: 1...Teaching.mostPlots)
    if drills, plots != 1 { throw ValidationError("--drills have no plots; leave out --plots.") }
    if drills, !amid.isEmpty { throw ValidationError("--drills and --amid are two kinds of text; give one of them.") }
  }

  func run() throws {
    let teaching = Teaching(
      seed: seed, kind: drills ? .drills : amid.isEmpty ? .talk : .amid(try Talks(files: amid)), plots: plots)
    try AtomicFile.write(DialogueText.file((0..<count).lazy.map(teaching.conversation)), to: out)
  }
}
