/// What is known of a terminal before a screen is opened.
package struct TerminalFacts: Sendable, Hashable {
  /// The value of TERM.
  package var type: String
  /// The name and version of ncurses.
  package var library: String
  /// The character encoding of the locale.
  package var codeset: String
  package var isUnicode: Bool
  /// nil if terminfo has no entry of this name.
  package var description: Description?
  /// Whether NO_COLOR is unset.
  package var allowsColors = true
  /// Whether the terminal may be asked for its background.
  package var answers = false

  /// What the entry in terminfo says.
  package struct Description: Sendable, Hashable {
    package var movesCursor: Bool
    package var colors: Int
    package var hasDirectColor: Bool
    /// Whether a description with 24-bit colours is derived from it, because COLORTERM names them.
    package var derivesDirectColor: Bool
    package var hasMouse: Bool
    package var hasPaste: Bool
    /// OSC 52.
    package var hasClipboard: Bool
  }
}
