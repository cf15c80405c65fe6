/// An error in the sources of a corpus.
package enum CorpusError: Error, Equatable, Sendable, CustomStringConvertible {
  case missingFolder(path: String)
  /// A folder without files of the expected kind.
  case noFiles(path: String, expected: String)
  /// `reason` states what was found and what was expected.
  case broken(path: String, reason: String)

  package var description: String {
    switch self {
    case .missingFolder(let path):
      "There is no folder '\(path)'. Check the path."
    case .noFiles(let path, let expected):
      "'\(path)' holds no \(expected). Give the folder of the source's repository, or the one with these files."
    case .broken(let path, let reason):
      "'\(path)' cannot be used: \(reason). Correct it, fetch it again, or leave it out."
    }
  }
}
