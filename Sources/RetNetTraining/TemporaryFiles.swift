import Foundation
import RetNet

/// Temporary files of a killed run.
enum TemporaryFiles {
  /// Removes the partial files of interrupted `AtomicFile` writes.
  package static func remove(in folders: [String]) {
    for folder in folders {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasSuffix(".partial")
      {
        try? FileManager.default.removeItem(atPath: folder + "/" + name)
      }
    }
  }
}
