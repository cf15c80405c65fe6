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

  private static func write(_ text: String) {
    statusIsShown.withLock { isShown in
      eraseStatus(&isShown)
      put(text)
    }
  }

  private static func put(_ text: String) {
    // An error on stderr cannot be reported.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  // MARK: The status line

  /// Shows `text` at the left edge of a terminal that can redraw, cut to its width. The next call replaces it. Any other
  /// output here, `eraseStatus`, and a signal that ends the program remove it. A terminal that accepts no output now
  /// receives nothing.
  package static func showStatus(_ text: String) {
    guard TTY.acceptsOutput(STDERR_FILENO) else { return }
    let columns = TTY.size(STDERR_FILENO)?.columns ?? 80
    let line = TextWidth.truncate(text, to: max(columns - 1, 1))
    statusIsShown.withLock { isShown in
      if !isShown {
        FatalSignals.guardTerminal(STDERR_FILENO, modes: .init(of: STDERR_FILENO), leave: erasure)
        isShown = true
      }
      put("\r\(line)\u{1B}[K")
    }
  }

  /// Removes what `showStatus` shows.
  package static func eraseStatus() { statusIsShown.withLock { eraseStatus(&$0) } }

  private static func eraseStatus(_ isShown: inout Bool) {
    guard isShown else { return }
    put(erasure)
    FatalSignals.releaseTerminal()
    isShown = false
  }

  /// Moves to the left edge and clears the line.
  private static let erasure = "\r\u{1B}[K"

  private static let statusIsShown = Mutex(false)

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
