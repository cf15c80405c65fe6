import Foundation
import TerminalKit

/// How far a suite is, in one line of a terminal on stderr; nothing anywhere else.
enum SuiteProgress {
  static func show(_ done: Int, of count: Int) {
    guard TTY.isTerminal(STDERR_FILENO) else { return }
    // Where even stderr is gone there is nobody to tell.
    try? FileHandle.standardError.write(contentsOf: Data(redraw(done, of: count).utf8))
  }

  /// The characters that put the line in the place of the one before; the last one leaves nothing behind.
  static func redraw(_ done: Int, of count: Int) -> String {
    let text = "retnet: \(done) of \(count) conversations"
    return done < count ? "\r\(text)" : "\r\(String(repeating: " ", count: text.count))\r"
  }
}
