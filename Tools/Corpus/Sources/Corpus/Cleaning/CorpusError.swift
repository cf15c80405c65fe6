/// What can be wrong with the sources of a corpus.
package enum CorpusError: Error, Equatable, Sendable, CustomStringConvertible {
  case missingFolder(path: String)
  /// A folder without any file of the kind that its source has.
  case noFiles(path: String, expected: String)
  /// `reason` says what was found and what was expected.
  case broken(path: String, reason: String)

  package var description: String {
    switch self {
    case .missingFolder(let path):
      "There is no folder '\(path)'. Check the path."
    case .noFiles(let path, let expected):
      "'\(path)' holds no \(expected). Give the folder of the source's repository, or the one with these files."
    case .broken(let path, let reason):
      "'\(path)' cannot be used: \(reason). Mend it, fetch it anew, or leave it out."
    }
  }
}
