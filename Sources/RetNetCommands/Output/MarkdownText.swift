import TerminalKit

/// Any text as part of a line of Markdown.
enum MarkdownText {
  /// What would otherwise be read as markup, the columns of a table included.
  private static let markup = Set("\\`*_{}[]<>#|~&")

  /// The text on one line, each character as it is.
  static func escaped(_ text: String) -> String {
    let line = ScreenText.cleaned(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    return line.reduce(into: "") { escaped, character in
      if markup.contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
  }
}

/// A table in Markdown: names on the left, numbers to the right.
struct MarkdownTable {
  /// The lines, each with its end.
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
