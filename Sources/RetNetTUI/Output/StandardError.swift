import Foundation
import Synchronization
import TerminalKit

/// Messages to a person: one line each, on stderr, so that results stay alone on stdout.
package enum StandardError {
  /// Writes `retnet: text` as one line.
  package static func message(_ text: String) {
    line("retnet: \(text)")
  }

  /// Writes `text` alone as one line, to be copied from there.
  package static func line(_ text: String) {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    let shown = TTY.isTerminal(STDERR_FILENO) ? ScreenText.cleaned(line) : line
    // Where even stderr is gone there is nobody to tell.
    try? FileHandle.standardError.write(contentsOf: Data("\(shown)\n".utf8))
  }

  /// Keeps a word for the end of the command, where it stands if the command does what it was asked to; where it does not,
  /// the error's line is all there is to say.
  package static func note(_ text: String) { notes.withLock { $0.append(text) } }

  /// Writes what `note` has kept.
  package static func writeNotes() {
    for text in notes.withLock({ $0 }) { message(text) }
  }

  private static let notes = Mutex<[String]>([])

  /// An error in words: its own where it has some, else the system's.
  package static func words(_ error: any Error) -> String {
    // Foundation's errors describe themselves by their fields; only their localized text is for people.
    let isOfFoundation = error is CocoaError || error is POSIXError || type(of: error) is NSError.Type
    return isOfFoundation ? error.localizedDescription : "\(error)"
  }
}
