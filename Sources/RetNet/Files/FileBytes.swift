import Foundation

/// Small files read whole, and folders.
package enum FileBytes {
  /// Longest file that is read where nothing else is said: far above any configuration or vocabulary.
  package static let limit = 256 << 20

  /// Throws `FileError`; a file beyond `limit` bytes is refused before memory is taken for it.
  package static func read(_ path: String, limit: Int = limit) throws -> Data {
    let file = try MappedFile(path: path)
    guard file.bytes.count <= limit else {
      throw FileError.tooLarge(path: path, bytes: file.bytes.count, limit: limit)
    }
    return withExtendedLifetime(file) { Data(file.bytes) }
  }

  /// Makes a folder and those above it where they are missing. Throws `FileError.unwritable`.
  package static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FileError.unwritable(path: path, reason: "the folder cannot be made")
    }
  }
}
