import ArgumentParser
import Corpus
import Foundation
import RetNet

/// What `prepare` and `mend` have in common.
struct CleaningArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Folder to write to; it is made where there is none.", valueName: "dir")) var out: String
  @Option(help: "Seed of the names that are filled in.") var seed: UInt64 = 1
  @Option(help: ArgumentHelp("Name that whoever replies gets in every conversation.", valueName: "name"))
  var replyName: String?
  @Option(help: ArgumentHelp("Words, one a line, that no conversation may hold.", valueName: "file")) var blocklist:
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

  /// Writes texts to files of these names in the folder `out`.
  func write(_ files: [(name: String, text: String)]) throws {
    do {
      try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    } catch {
      throw FileError.unwritable(path: out, reason: "the folder cannot be made")
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
