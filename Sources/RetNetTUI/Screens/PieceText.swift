import RetNet
import RetNetText

/// How a piece of a vocabulary is named on the screen.
enum PieceText {
  /// The piece's own name, but the character of a byte that is one: `a` for `<0x61>`, `<0xE2>` as it is.
  static func shown(_ piece: String) -> String {
    guard let byte = Tokenizer.byte(named: piece), (0x21...0x7E).contains(byte) else { return piece }
    return String(Unicode.Scalar(byte))
  }
}
