import Foundation

/// The control sequence that sets a terminal's clipboard (OSC 52).
///
///     ESC ] 52 ; c ; BASE64 ESC \
///
/// A terminal may reject it, and does not report this. tmux takes it with the option `set-clipboard on`. With
/// `allow-passthrough on` tmux passes a wrapped sequence to its terminal. Inside tmux both are sent, as either option may
/// be set.
package enum ClipboardSequence {
  /// Maximum number of bytes in a text: 100,000 characters in Base64, which common terminals accept.
  package static let limit = 74_994

  /// - Parameter text: at most `limit` bytes in UTF-8.
  /// - Returns: nil for a longer text.
  package static func of(_ text: String, environment: [String: String]) -> String? {
    guard text.utf8.count <= limit else { return nil }
    let sequence = "\u{1B}]52;c;\(Data(text.utf8).base64EncodedString())\u{1B}\\"
    guard isInTmux(environment) else { return sequence }
    return sequence + "\u{1B}Ptmux;\(sequence.replacing("\u{1B}", with: "\u{1B}\u{1B}"))\u{1B}\\"
  }

  package static func isInTmux(_ environment: [String: String]) -> Bool { environment["TMUX"]?.isEmpty == false }
}
