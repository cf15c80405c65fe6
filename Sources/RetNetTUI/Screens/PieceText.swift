/// How a piece of a vocabulary is named on the screen.
enum PieceText {
  /// The piece's own name, but the character of a byte that is one: `a` for `<0x61>`, `<0xE2>` as it is.
  static func shown(_ piece: String) -> String {
    guard piece.utf8.count == 6, piece.hasPrefix("<0x"), piece.hasSuffix(">"),
      let byte = UInt8(piece.dropFirst(3).dropLast(), radix: 16), (0x21...0x7E).contains(byte)
    else { return piece }
    return String(Unicode.Scalar(byte))
  }
}
