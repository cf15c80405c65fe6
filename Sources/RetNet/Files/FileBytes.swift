import Foundation

/// Reads small files and creates folders.
package enum FileBytes {
  /// The default size limit, far above that of any configuration or vocabulary.
  package static let limit = 256 << 20

  /// Throws `FileError`. A file larger than `limit` bytes is refused before memory is allocated.
  package static func read(_ path: String, limit: Int = limit) throws -> Data {
    let file = try MappedFile(path: path)
    guard file.bytes.count <= limit else {
      throw FileError.tooLarge(path: path, bytes: file.bytes.count, limit: limit)
    }
    return withExtendedLifetime(file) { Data(file.bytes) }
  }

  /// Creates a folder and its missing parents. Throws `FileError.unwritable`.
  package static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FileError.unwritable(path: path, reason: "the folder cannot be created")
    }
  }
}
