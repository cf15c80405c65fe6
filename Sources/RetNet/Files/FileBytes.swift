import Foundation

/// Small files read whole, and folders.
public enum FileBytes {
  /// Throws `FileError`.
  public static func read(_ path: String) throws -> Data {
    let file = try MappedFile(path: path)
    return withExtendedLifetime(file) { Data(file.bytes) }
  }

  /// Makes a folder and those above it where they are missing. Throws `FileError.unwritable`.
  public static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FileError.unwritable(path: path, reason: "the folder cannot be made")
    }
  }
}
