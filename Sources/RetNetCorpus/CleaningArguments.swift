import ArgumentParser
import Corpus
import Foundation
import RetNet

/// What `prepare` and `mend` have in common.
struct CleaningArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Folder to write to; it is made where there is none.", valueName: "dir")) var out: String
  @Option(help: "Seed of the names that are filled in.") var seed: UInt64 = 1
  @Option(help: ArgumentHelp("Words, one a line, that no conversation may hold.", valueName: "file")) var blocklist:
    String?
  @Flag(help: "Print the counts as JSON.") var json = false

  func preparation() throws -> Preparation {
    Preparation(sieve: try blocklist.map(Sieve.init(blocklist:)) ?? Sieve(), seed: seed)
  }

  func makeFolder() throws {
    do {
      try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    } catch {
      throw FileError.unwritable(path: out, reason: "the folder cannot be made")
    }
  }

  /// The table on standard error, JSON on standard output.
  func tell(_ reports: [PreparationReport]) throws {
    FileHandle.standardError.write(Data(PreparationReport.table(reports).utf8))
    guard json else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    FileHandle.standardOutput.write(try encoder.encode(reports) + Data("\n".utf8))
  }
}
