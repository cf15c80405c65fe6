import Foundation
import Synchronization
import TerminalKit

/// Messages on stderr, one line each. stdout has results only. Nothing else writes to stderr.
package enum StandardError {
  /// Writes `retnet: text` as one line.
  package static func message(_ text: String) {
    line("retnet: \(text)")
  }

  /// Writes `text` as one line without the prefix, so that it can be copied.
  package static func line(_ text: String) {
    lines(text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }

  /// Writes a text of several lines.
  package static func lines(_ text: String) { write(ScreenText.printable(MessageLimit.limited(text)) + "\n") }

  /// Writes a prompt without a line break.
  package static func prompt(_ text: String) { write(text) }

  /// Writes text with control sequences of the program. It must have no text from outside.
  package static func draw(_ sequence: String) { write(sequence) }

  private static func write(_ text: String) {
    // An error on stderr cannot be reported.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// Stores a message for the end of the command. It is written only if the command succeeds; otherwise the error is
  /// the only message.
  package static func note(_ text: String) { notes.withLock { $0.append(text) } }

  /// Writes the messages stored by `note`.
  package static func writeNotes() {
    for text in notes.withLock({ $0 }) { message(text) }
  }

  private static let notes = Mutex<[String]>([])

  /// The text of an error: its own description, or Foundation's localized one.
  package static func words(_ error: any Error) -> String {
    // Descriptions of Foundation's errors list their fields. Only the localized text is readable.
    let isOfFoundation = error is CocoaError || error is POSIXError || type(of: error) is NSError.Type
    return isOfFoundation ? error.localizedDescription : "\(error)"
  }
}
