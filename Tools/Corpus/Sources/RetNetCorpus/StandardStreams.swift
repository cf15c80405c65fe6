import Foundation

/// Where results and messages go.
enum StandardStreams {
  /// Throws `OutputError`.
  static func write(_ result: Data) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: result)
    } catch {
      throw OutputError()
    }
  }

  /// A message. Where standard error is closed or full there is nobody left to tell so.
  static func tell(_ message: String) {
    try? FileHandle.standardError.write(contentsOf: Data(message.utf8))
  }
}

/// Standard output is full or closed.
struct OutputError: Error, CustomStringConvertible {
  var description: String { "Standard output cannot be written. Check where it leads to." }
}
