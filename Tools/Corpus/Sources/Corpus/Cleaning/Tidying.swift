import Foundation

/// Replaces typographic characters by those of a keyboard.
enum Tidying {
  /// Straight quotes, plain dashes, three dots, single spaces, no invisible characters.
  static func tidied(_ text: String) -> String {
    // Most texts need no change.
    guard text.utf8.contains(where: { $0 >= 0x80 || $0 == UInt8(ascii: "`") || $0 < 0x20 }) else {
      return withSingleSpaces(text)
    }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\u{2018}", "\u{2019}", "\u{201A}", "\u{2032}", "\u{00B4}", "`": result += "'"
      case "\u{201C}", "\u{201D}", "\u{201E}", "\u{2033}", "\u{00AB}", "\u{00BB}": result += "\""
      case "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2212}": result += "-"
      case "\u{2014}", "\u{2015}": result += " - "
      case "\u{2026}": result += "..."
      case "\u{200B}", "\u{200C}", "\u{200D}", "\u{FEFF}", "\u{00AD}": break
      default: result.unicodeScalars.append(scalar.properties.isWhitespace ? " " : scalar)
      }
    }
    return result.split(separator: " ").joined(separator: " ")
  }

  /// - Parameter text: ASCII.
  private static func withSingleSpaces(_ text: String) -> String {
    let space = UInt8(ascii: " ")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for byte in text.utf8 where byte != space || (bytes.last ?? space) != space { bytes.append(byte) }
    if bytes.last == space { bytes.removeLast() }
    return bytes.count == text.utf8.count ? text : String(decoding: bytes, as: UTF8.self)
  }
}
