import ArgumentParser
import Corpus
import Foundation
import RetNet

/// `retnet-corpus probes`: what the trained model is asked.
struct ProbesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probes",
    abstract: "Write the probes of recall, greeting, goodbye and name as JSON.",
    discussion: """
      {"recall":[{"messages":[…],"expect":"…","kind":"…"}…],"manners":[…]}: the messages are given one after the other, \
      and the last reply has to contain a match of the regular expression "expect".
      """)

  @Option(help: "Seed of all choices.") var seed: UInt64 = 1
  @Option(help: "Names and towns that are told: common ones, or such as no text of the corpus has.")
  var words = ProbeWords.common
  @Option(help: ArgumentHelp("File to write.", valueName: "file")) var out: String

  func run() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(try encoder.encode(Probes(seed: seed, words: words)) + Data("\n".utf8), to: out)
  }
}

extension ProbeWords: ExpressibleByArgument {}
