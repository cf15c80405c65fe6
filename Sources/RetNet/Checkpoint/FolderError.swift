import Foundation

/// Why a model, stack or module could not be read from its folder or written to it.
public struct FolderError: Error, Sendable, CustomStringConvertible {
  public let folder: URL
  /// What was found, what was expected, and what to do.
  public let description: String

  /// Runs `body` on the folder's path, and throws what it throws as an error of that folder.
  static func naming<Result>(_ folder: URL, _ body: (_ path: String) throws -> Result) throws(FolderError) -> Result {
    guard folder.isFileURL else {
      throw FolderError(folder: folder, description: "'\(folder)' is no folder of this machine. Give a file URL.")
    }
    do { return try body(folder.path(percentEncoded: false)) } catch {
      throw FolderError(folder: folder, description: "\(error)")
    }
  }
}
