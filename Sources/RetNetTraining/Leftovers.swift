import Foundation
import RetNet

/// What a killed run leaves behind.
enum Leftovers {
  /// Removes temporary files that a killed `AtomicFile` write has left.
  package static func remove(in folders: [String]) {
    for folder in folders {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasSuffix(".partial")
      {
        try? FileManager.default.removeItem(atPath: folder + "/" + name)
      }
    }
  }
}
