import Foundation
import RetNet

/// The file that records that the tour was shown: `tour` in `StateFolder`.
package struct TourFile: Sendable {
  /// nil without a home folder.
  let path: String?

  package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    path = StateFolder.path(environment).map { $0 + "/tour" }
  }

  package var isShown: Bool { path.map { FileManager.default.fileExists(atPath: $0) } ?? false }

  /// Records that the tour was shown.
  ///
  /// - Throws: `FileError.unwritable`, `TourFileError`.
  package func record() throws {
    guard let path else { throw TourFileError.noHome }
    try FileBytes.makeFolder((path as NSString).deletingLastPathComponent)
    try AtomicFile.write(Data("The tour was shown. ':tour' in the app shows it again.\n".utf8), to: path)
  }
}

/// The record of the tour has no place.
enum TourFileError: Error, Equatable, Sendable, CustomStringConvertible {
  case noHome

  var description: String { "There is no folder for the app's files; set $HOME or $XDG_STATE_HOME." }
}
