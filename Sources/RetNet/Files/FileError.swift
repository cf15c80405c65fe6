/// What can go wrong with a file as such, whatever is in it. Each description names the path, what was found, and what
/// to do.
public enum FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is nothing at the path.
  case missing(path: String)
  /// A folder, device or pipe where a file is needed; `found` names it.
  case notAFile(path: String, found: String)
  /// A file that is read as a whole has `bytes` bytes, more than `limit`, which is above any that is meant.
  case tooLarge(path: String, bytes: Int, limit: Int)
  /// The system refuses to open or read the file; `reason` is its own words, in lower case.
  case unreadable(path: String, reason: String)
  /// The system refuses to create, write or rename the file; a file that was there before is unchanged.
  case unwritable(path: String, reason: String)

  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .missing(let path):
      "There is no file '\(path)'. Check the path."
    case .notAFile(let path, let found):
      "'\(path)' is \(found), but a file is needed. Give the path of a file."
    case .tooLarge(let path, let bytes, let limit):
      "'\(path)' has \(bytes) bytes, but at most \(limit) are read. Check that it is the file that is meant."
    case .unreadable(let path, let reason):
      "'\(path)' cannot be read: \(reason). Check its permissions."
    case .unwritable(let path, let reason):
      "'\(path)' cannot be written: \(reason). Check that its folder exists, may be written to and has space left; "
        + "a file that was there before is unchanged."
    }
  }
}
