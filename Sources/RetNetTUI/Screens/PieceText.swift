import RetNet
import RetNetText
import TerminalKit

/// How a piece of a vocabulary is named on the screen.
enum PieceText {
  /// The piece's own name, but the character of a byte that is one: `a` for `<0x61>`, `<0xE2>` as it is.
  static func shown(_ piece: String) -> String {
    guard let byte = Tokenizer.byte(named: piece), (0x21...0x7E).contains(byte) else { return piece }
    return String(Unicode.Scalar(byte))
  }

  /// A name of at most 14 columns, and a dot for one that takes none.
  static func short(_ piece: String) -> String {
    let text = TextWidth.truncate(shown(piece), to: 14)
    return TextWidth.width(of: text) == 0 ? "·" : text
  }
}
