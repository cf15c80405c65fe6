import TerminalKit

/// Escapes text for a line of Markdown.
enum MarkdownText {
  /// Characters with a meaning in Markdown, including the column separator of tables.
  private static let markup = Set("\\`*_{}[]<>#|~&")

  /// The text on one line, with markup escaped.
  static func escaped(_ text: String) -> String {
    let line = ScreenText.cleaned(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    return line.reduce(into: "") { escaped, character in
      if markup.contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
  }
}

/// A Markdown table with left-aligned names and right-aligned numbers.
struct MarkdownTable {
  /// The table's lines, each with a line break.
  private(set) var text: String
  private let columns: Int

  init(_ header: [String]) {
    columns = header.count
    text = ""
    add(header)
    text += "|---|" + String(repeating: "---:|", count: columns - 1) + "\n"
  }

  mutating func add(_ row: [String]) {
    precondition(row.count == columns, "\(row.count) entries for \(columns) columns")
    text += "| " + row.map(MarkdownText.escaped).joined(separator: " | ") + " |\n"
  }
}
