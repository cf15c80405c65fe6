import Foundation
import RetNetTUI
import TerminalKit

/// The progress of a suite on one line of stderr, if it is a terminal.
enum SuiteProgress {
  static func show(_ done: Int, of count: Int) {
    guard TTY.isTerminal(STDERR_FILENO) else { return }
    StandardError.draw(redraw(done, of: count))
  }

  /// The characters that replace the previous line; at the end they clear it.
  static func redraw(_ done: Int, of count: Int) -> String {
    let text = "retnet: \(done) of \(count) conversations"
    return done < count ? "\r\(text)" : "\r\(String(repeating: " ", count: text.count))\r"
  }
}
