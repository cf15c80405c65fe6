import ArgumentParser
import Corpus
import Foundation
import RetNet

/// The options that `prepare` and `mend` share.
struct CleaningArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Folder to write to; it is created if missing.", valueName: "dir")) var out: String
  @Option(help: "Seed of the names that fill placeholders.") var seed: UInt64 = 1
  @Option(help: ArgumentHelp("Name of the replying speaker in every conversation.", valueName: "name"))
  var replyName: String?
  @Option(help: ArgumentHelp("Words that exclude a conversation, one per line.", valueName: "file")) var blocklist:
    String?
  @Flag(help: "Print the counts as JSON.") var json = false

  func validate() throws {
    if let replyName, replyName.wholeMatch(of: #/[A-Za-z][A-Za-z'-]*/#) == nil {
      throw ValidationError("--reply-name is '\(replyName)', but must be one word of letters.")
    }
  }

  func preparation() throws -> Preparation {
    Preparation(sieve: try blocklist.map(Sieve.init(blocklist:)) ?? Sieve(), seed: seed, replyName: replyName)
  }

  /// Writes texts to files in the folder `out`.
  func write(_ files: [(name: String, text: String)]) throws {
    do {
      try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    } catch {
      throw FileError.unwritable(path: out, reason: "the folder cannot be created")
    }
    for (name, text) in files { try AtomicFile.write(text, to: "\(out)/\(name)") }
  }

  /// The table on standard error, JSON on standard output.
  func tell(_ reports: [PreparationReport]) throws {
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      try StandardStreams.write(try encoder.encode(reports) + Data("\n".utf8))
    }
    StandardStreams.tell(PreparationReport.table(reports))
  }
}
