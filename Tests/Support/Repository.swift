import Foundation
import RetNetText

/// The paths of repository files that tests read.
package enum Repository {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// A file or folder of the bundled models.
  package static func model(_ path: String) -> String { root.appendingPathComponent("Models/\(path)").path }

  /// A document, such as `docs/keys.md`.
  package static func document(_ path: String) -> String { root.appendingPathComponent(path).path }

  /// A file or folder of the numbers that come from other implementations; its README says from which.
  package static func reference(_ path: String) -> String {
    root.appendingPathComponent("Tests/RetNetTests/Reference/\(path)").path
  }

  /// A vocabulary of another project: `bpe`, `unigram-normalizing` or `bare`.
  package static func foreignTokenizer(_ name: String) throws -> Tokenizer {
    try Tokenizer.load(from: reference("tokenizers/\(name).model"))
  }
}
