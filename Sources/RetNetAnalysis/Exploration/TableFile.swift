import Foundation
import RetNet

/// A table with named columns, written as CSV or JSON. Numbers are the shortest decimals that read back as the same bits.
package struct TableFile: Sendable, Hashable {
  package enum Value: Sendable, Hashable {
    case integer(Int)
    case float(Float)
    case double(Double)
    case boolean(Bool)
    case text(String)

    /// The text of a CSV field, before quoting.
    var plain: String {
      switch self {
      case .integer(let value): "\(value)"
      case .float(let value): "\(value)"
      case .double(let value): "\(value)"
      case .boolean(let value): "\(value)"
      case .text(let text): text
      }
    }

    /// The JSON value; NaN and infinity, which JSON lacks, are `null`.
    var json: String {
      switch self {
      case .float(let value) where !value.isFinite: "null"
      case .double(let value) where !value.isFinite: "null"
      case .text(let text): JSONText.quoted(text)
      default: plain
      }
    }
  }

  package var columns: [String]
  /// Each with one value per column.
  package var rows: [[Value]]

  package init(columns: [String], rows: [[Value]]) {
    precondition(
      rows.allSatisfy { $0.count == columns.count }, "every row of a table has \(columns.count) values")
    self.columns = columns
    self.rows = rows
  }

  /// RFC 4180: a header row, lines that end with CR LF, and quotes around fields that contain a comma, a quote or a line
  /// break.
  package var csv: Data {
    var text = ""
    for row in [columns.map(Value.text)] + rows {
      text += row.map { Self.quoted($0.plain) }.joined(separator: ",") + "\r\n"
    }
    return Data(text.utf8)
  }

  /// One object: the given fields, then `rows`, an array of one object per row.
  package func json(_ fields: [(String, Value)] = []) -> Data {
    let names = columns.map(JSONText.quoted)
    let objects = rows.map { row in
      "{" + zip(names, row).map { "\($0):\($1.json)" }.joined(separator: ",") + "}"
    }
    let members = fields.map { "\(JSONText.quoted($0)):\($1.json)" } + ["\"rows\":[\(objects.joined(separator: ","))]"]
    return Data(("{" + members.joined(separator: ",") + "}\n").utf8)
  }

  private static func quoted(_ field: String) -> String {
    // By scalar: as characters, CR LF is one, and a combining mark merges with a comma.
    guard field.unicodeScalars.contains(where: { [",", "\"", "\r", "\n"].contains($0) }) else { return field }
    var result = "\""
    for scalar in field.unicodeScalars { result += scalar == "\"" ? "\"\"" : String(scalar) }
    return result + "\""
  }
}
