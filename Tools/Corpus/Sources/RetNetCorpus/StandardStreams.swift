import Foundation

/// Output of results and messages.
enum StandardStreams {
  /// Throws `OutputError`.
  static func write(_ result: Data) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: result)
    } catch {
      throw OutputError()
    }
  }

  /// Writes a message. Errors are ignored: if standard error is closed, they cannot be reported.
  static func tell(_ message: String) {
    try? FileHandle.standardError.write(contentsOf: Data(message.utf8))
  }
}

/// Standard output is full or closed.
struct OutputError: Error, CustomStringConvertible {
  var description: String { "Standard output cannot be written. Check its target." }
}
