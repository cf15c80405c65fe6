import Foundation
import RetNet

/// Writes a model's files to a temporary folder and moves them to their destination when all are complete. A reader of the
/// destination sees the old model, no model, or the complete new one.
///
/// The order of the moves ensures this: the old `config.json` is removed first and the new one moved last. A folder
/// without `config.json` holds no model.
struct StagedFolder {
  /// The temporary folder.
  let path: String
  private let target: String
  private let isNew: Bool
  /// Keeps the files of two processes apart.
  private let lock: FolderLock

  /// Creates the destination if it is missing.
  ///
  /// - Throws: `FileError`, `ConversionError.destinationInUse`.
  init(for target: String) throws {
    self.target = target
    isNew = !FileManager.default.fileExists(atPath: target)
    try FileBytes.makeFolder(target)
    guard let lock = try FolderLock(target) else { throw ConversionError.destinationInUse(folder: target) }
    self.lock = lock
    let staged = ModelFolder.path(target, "convert")
    TemporaryFiles.removeLeftovers(of: staged)
    path = TemporaryFiles.path(for: staged)
    try FileBytes.makeFolder(path)
  }

  /// Moves the files to the destination, and removes those of `replaced` that are not among them. A replaced file keeps
  /// its permissions, and a symbolic link its name.
  ///
  /// - Throws: `FileError.unwritable`.
  func commit(replacing replaced: [String]) throws {
    let manager = FileManager.default
    let last = ModelFolder.configurationFile
    let names = try contents().filter { $0 != last }
    let configuration = try FileTarget(ModelFolder.path(target, last))
    try configuration.remove()
    for name in replaced where name != last && !names.contains(name) {
      try? manager.removeItem(atPath: ModelFolder.path(target, name))
    }
    for name in names {
      try FileTarget(ModelFolder.path(target, name)).move(ModelFolder.path(path, name))
    }
    try configuration.move(ModelFolder.path(path, last))
    try? manager.removeItem(atPath: path)
  }

  /// Removes the written files, and the destination if `init` created it.
  func discard() {
    try? FileManager.default.removeItem(atPath: path)
    if isNew { rmdir(target) }
  }

  private func contents() throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw FileError.unwritable(path: path, reason: "the files written there no longer exist")
    }
  }
}
