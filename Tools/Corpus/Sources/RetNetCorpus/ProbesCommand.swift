import ArgumentParser
import Corpus
import Foundation
import RetNet

/// `retnet-corpus probes`: the probes of the trained model.
struct ProbesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probes",
    abstract: "Write the probes of recall, greeting, goodbye and name as JSON.",
    discussion: """
      {"recall":[{"messages":[…],"expect":"…","kind":"…"}…],"manners":[…]}: the messages are given one after the other, \
      and the last reply has to contain a match of the regular expression "expect".
      """)

  @Option(help: "Seed of all choices.") var seed: UInt64 = 1
  @Option(help: "Names and towns in the facts: common ones, or ones that no text of the corpus has.")
  var words = ProbeWords.common
  @Flag(help: "Other probes, in small talk: the user's name, facts stated late, and the identity of the model.")
  var acquaintance = false
  @Option(help: ArgumentHelp("File to write.", valueName: "file")) var out: String

  func validate() throws {
    if acquaintance, words != .common {
      throw ValidationError("--acquaintance has only common words; leave out --words.")
    }
  }

  func run() throws {
    let probes = acquaintance ? Probes.acquaintance(seed: seed) : Probes(seed: seed, words: words)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write(try encoder.encode(probes) + Data("\n".utf8), to: out)
  }
}

extension ProbeWords: ExpressibleByArgument {}
