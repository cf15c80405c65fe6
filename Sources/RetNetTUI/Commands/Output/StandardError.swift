import Foundation

/// Messages to a person: one line each, on stderr, so that results stay alone on stdout.
enum StandardError {
  /// Writes `retnet: text` as one line.
  static func message(_ text: String) {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    let shown = TTY.isTerminal(STDERR_FILENO) ? ScreenText.cleaned(line) : line
    // Where even stderr is gone there is nobody to tell.
    try? FileHandle.standardError.write(contentsOf: Data("retnet: \(shown)\n".utf8))
  }

  /// An error in words: its own where it has some, else the system's.
  static func words(_ error: any Error) -> String {
    // Foundation's errors describe themselves by their fields; only their localized text is for people.
    let isOfFoundation = error is CocoaError || error is POSIXError || type(of: error) is NSError.Type
    return isOfFoundation ? error.localizedDescription : "\(error)"
  }
}
