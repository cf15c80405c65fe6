import Foundation

/// Folders that runs write to.
enum FileFolder {
  /// Makes the folder and those above it. Throws `FileError.unwritable`.
  static func create(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FileError.unwritable(path: path, reason: error.localizedDescription)
    }
  }

  /// Removes temporary files that a killed `AtomicFile` write has left.
  static func removeLeftovers(in folders: [String]) {
    for folder in folders {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasSuffix(".partial")
      {
        try? FileManager.default.removeItem(atPath: folder + "/" + name)
      }
    }
  }
}
