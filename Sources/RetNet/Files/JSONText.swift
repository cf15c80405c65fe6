/// JSON string literals.
package enum JSONText {
  /// The literal with quotation marks. Escapes what a literal cannot contain, and what can control a terminal: control
  /// characters, bidirectional controls and other format characters, and separators of lines.
  package static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

  /// The literal without its quotation marks.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case " "..."~": result.unicodeScalars.append(scalar)
      default:
        if isPlain(scalar) {
          result.unicodeScalars.append(scalar)
        } else {
          for unit in scalar.utf16 { result += escape(unit) }
        }
      }
    }
    return result
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }

  private static func escape(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
