import ArgumentParser
import Corpus
import RetNet

/// `retnet-corpus shorten`: short, predictable replies.
struct ShortenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shorten",
    abstract: "Write a file of dialogue with short replies.",
    discussion: """
      A reply keeps one sentence, or a short one and a short question. Rare replies to plain statements become short \
      reactions that fit the statement. The same seed and file give the same text.
      """)

  @Argument(help: ArgumentHelp("File of dialogue.", valueName: "file")) var file: String
  @Option(help: "Seed of all choices.") var seed: UInt64 = 1
  @Option(help: ArgumentHelp("File to write.", valueName: "file")) var out: String

  func run() throws {
    let conversations = try DialogueText.unordered(path: file)
    let shortener = Shortener(seed: seed, conversations)
    try AtomicFile.write(
      DialogueText.file(conversations.enumerated().lazy.map { shortener.conversation($1, $0) }), to: out)
  }
}
