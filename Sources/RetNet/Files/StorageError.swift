import Foundation

/// A model, layer, tokenizer or state could not be read from a file or folder, or written to it.
public struct StorageError: Error, Sendable, CustomStringConvertible {
  /// The file or folder.
  public let url: URL
  /// What was found, what was expected, and what to do.
  public let description: String

  package init(_ url: URL, _ description: String) {
    (self.url, self.description) = (url, description)
  }

  /// Runs `body` with the path of `url`, and rethrows its errors as errors of `url`.
  package static func naming<Result>(
    _ url: URL, _ body: (_ path: String) throws -> Result
  ) throws(StorageError) -> Result {
    guard url.isFileURL else { throw StorageError(url, "'\(url)' is not a local file or folder. Give a file URL.") }
    do { return try body(url.path(percentEncoded: false)) } catch {
      throw StorageError(url, "\(error)")
    }
  }
}
