import TerminalKit

/// Gives out the part of a growing reply that has not been written yet.
struct ReplyWriter {
  /// Whether control, escape and bidi characters are left out.
  var isScreen: Bool
  /// Bytes of the reply that have been seen.
  private var seen = 0
  /// Whether something visible has been written: a reply opens with the blank of its first piece.
  private var hasBegun: Bool

  /// - Parameter keepsBlank: whether that blank is written, as it tells a new word from the end of the one before.
  init(isScreen: Bool, keepsBlank: Bool = false) {
    self.isScreen = isScreen
    hasBegun = keepsBlank
  }

  mutating func next(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var new = String(decoding: bytes[min(seen, bytes.count)...], as: UTF8.self)
    seen = bytes.count
    if !hasBegun {
      new = String(new.drop { $0 == " " })
      hasBegun = !new.isEmpty
    }
    guard isScreen else { return new }
    return new.split(separator: "\n", omittingEmptySubsequences: false).map { ScreenText.cleaned(String($0)) }
      .joined(separator: "\n")
  }
}
