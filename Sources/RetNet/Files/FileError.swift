/// A file that cannot be opened, read or written, whatever its content. Each description names the path, what was
/// found, and what to do.
public enum FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is nothing at the path.
  case missing(path: String)
  /// A folder, pipe, device or socket where a file is needed; `found` names it.
  case notAFile(path: String, found: String)
  /// The file has `bytes` bytes, more than `limit`.
  case tooLarge(path: String, bytes: Int, limit: Int)
  /// The system cannot open or read the file; `reason` is its message in lower case.
  case unreadable(path: String, reason: String)
  /// The system cannot create, write or rename the file. An existing file is unchanged.
  case unwritable(path: String, reason: String)

  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .missing(let path):
      "There is no file '\(path)'. Check the path."
    case .notAFile(let path, let found):
      "'\(path)' is \(found), not a file. Give the path of a file."
    case .tooLarge(let path, let bytes, let limit):
      "'\(path)' has \(bytes) bytes; the limit is \(limit). Check that it is the right file."
    case .unreadable(let path, let reason):
      "'\(path)' cannot be read: \(reason). Check its permissions."
    case .unwritable(let path, let reason):
      "'\(path)' cannot be written: \(reason). Check that its folder exists, is writable and has free space. "
        + "An existing file is unchanged."
    }
  }
}
