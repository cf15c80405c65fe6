import TerminalKit

/// A table of text: columns padded to the widest entry, two spaces between them.
package struct TextTable {
  package enum Alignment {
    case left, right
  }

  private let alignments: [Alignment]
  private var rows: [[String]]

  package init(_ header: [(title: String, alignment: Alignment)]) {
    alignments = header.map(\.alignment)
    rows = [header.map(\.title)]
  }

  package mutating func add(_ row: [String]) {
    precondition(row.count == alignments.count, "\(row.count) entries for \(alignments.count) columns")
    rows.append(row)
  }

  /// The lines, each with a line break.
  package var text: String {
    let widths = alignments.indices.map { column in rows.map { TextWidth.width(of: $0[column]) }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, entry) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - TextWidth.width(of: entry))
        line += (column > 0 ? "  " : "") + (alignments[column] == .left ? entry + padding : padding + entry)
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
