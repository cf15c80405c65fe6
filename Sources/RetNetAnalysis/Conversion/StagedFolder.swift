import Foundation
import RetNet

/// Files of a model that are written aside, and put into their folder when all are there: whoever opens it sees the model
/// that it held before, none, or the whole new one.
///
/// The order of the last step sees to that: the old `config.json` goes first and the new one comes last, and a folder
/// without it is no model.
struct StagedFolder {
  /// Where the files are written first.
  let path: String
  private let target: String
  private let isNew: Bool

  /// Makes the folder where it is missing. Throws `FileError.unwritable`.
  init(for target: String) throws {
    self.target = target
    isNew = !FileManager.default.fileExists(atPath: target)
    path = ModelFolder.path(target, "convert-\(UUID().uuidString).partial")
    try FileBytes.makeFolder(path)
  }

  /// Puts the files in place, and takes away those of `replaced` that are not among them.
  ///
  /// - Throws: `FileError.unwritable`.
  func commit(replacing replaced: [String]) throws {
    let manager = FileManager.default
    let last = ModelFolder.configurationFile
    let names = try contents().filter { $0 != last }
    for name in [last] + replaced.filter({ $0 != last }) {
      try? manager.removeItem(atPath: ModelFolder.path(target, name))
    }
    for name in names + [last] {
      let place = ModelFolder.path(target, name)
      guard rename(ModelFolder.path(path, name), place) == 0 else {
        throw FileError.unwritable(path: place, reason: systemReason(errno))
      }
    }
    try? manager.removeItem(atPath: path)
  }

  /// Takes away what was written, and the folder where it was made for it.
  func discard() {
    try? FileManager.default.removeItem(atPath: path)
    if isNew { rmdir(target) }
  }

  private func contents() throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw FileError.unwritable(path: path, reason: "the files that were written there are gone")
    }
  }
}
