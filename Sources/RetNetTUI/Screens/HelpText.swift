import TerminalKit

/// The state of the open help.
struct HelpPage: Sendable, Hashable {
  /// The first visible line.
  var top = 0
  /// Only lines with this text are shown; empty shows all.
  var search = ""
  /// Whether characters change `search`.
  var isSearching = false

  fileprivate func searching(_ text: String) -> HelpPage { HelpPage(search: text, isSearching: true) }
}

/// The text of help, from the explanations, the key table and the command table.
enum HelpText {
  /// A heading and its lines.
  struct Section: Sendable {
    var title: String
    var lines: [String]
  }

  /// All keys and commands.
  static func sections(_ map: KeyMap) -> [Section] {
    KeyContext.allCases.map { context in Section(title: context.rawValue, lines: keys(context, map).map(line)) }
      + [Section(title: "Commands (on the command line)", lines: commands)]
  }

  static func lines(of sections: [Section]) -> [String] {
    Array(sections.map { [$0.title] + $0.lines }.joined(separator: [""]))
  }

  private static func keys(_ context: KeyContext, _ map: KeyMap) -> [KeyBinding] {
    map.bindings.filter { $0.context == context && (!$0.label.isEmpty || $0.actions.isEmpty) }
  }

  private static func line(_ binding: KeyBinding) -> String { "  \(binding.label.rightPadded(17)) \(binding.meaning)" }

  /// What is on the screen, and its keys.
  static func sections(on state: AppState) -> [Section] {
    let width = max(state.columns - 6, 20)
    func wrapped(_ text: String) -> [String] { WordWrap.lines(text, columns: width).map { "  " + $0 } }
    let texts = state.explanations.map { Section(title: $0.name, lines: wrapped("\($0.purpose) \($0.picture)")) }
    let own = state.paneContexts.filter { ![.panes, .everywhere, .time].contains($0) }.flatMap {
      keys($0, state.keys).map(line)
    }
    return texts + (own.isEmpty ? [] : [Section(title: "Keys here", lines: own)])
  }

  private static let commands = CommandTable.entries.map { entry in
    "  " + ":\(entry.name) \(entry.argument)".trimmed.rightPadded(27) + " " + entry.summary
  }

  /// The text of plain mode.
  static let plain = commands.map { String($0.dropFirst(2)) }

  /// The key table of docs/keys.md.
  static let document: String =
    """
    # Keys

    Keys act on the input line or on the panes. Esc moves from the input line to the panes, `i` back. `:` opens the command
    line. Words such as `hint` are typed on the input line. `?` shows this list in the app, after a description of the
    page.

    A settings file binds keys to the actions of the last column ([settings.md](settings.md#keys)).


    """
    + KeyContext.allCases.map { context in
      let rows = keys(context, .standard).map { "| \(code($0.label)) | \($0.meaning) | \(actions($0)) |\n" }
      return "## \(context.rawValue)\n\n| key | does | actions |\n|---|---|---|\n" + rows.joined()
    }.joined(separator: "\n")

  /// The names of a binding's actions, in alphabetical order.
  private static func actions(_ binding: KeyBinding) -> String {
    Set(binding.actions.values.map(\.name)).sorted().map { "`\($0)`" }.joined(separator: " ")
  }

  /// Formats typed characters and words as code; names of keys stay plain.
  private static func code(_ label: String) -> String {
    label.split(separator: " ").map { word in
      let isTyped = word.count == 1 ? word.first?.isASCII == true : word.first?.isUppercase == false
      return isTyped ? "`\(word)`" : String(word)
    }.joined(separator: " ")
  }
}

extension AppState {
  var helpPage: HelpPage? {
    if case .help(let page) = overlay { page } else { nil }
  }

  /// The lines of help: what is on the screen, then all keys and commands; of a search, those that contain its text.
  func helpLines(_ page: HelpPage) -> [String] {
    let sections = HelpText.sections(on: self) + HelpText.sections(keys)
    let search = page.search.lowercased()
    guard !search.isEmpty else { return HelpText.lines(of: sections) }
    let found = sections.compactMap { section -> HelpText.Section? in
      let lines = section.lines.filter { $0.lowercased().contains(search) }
      return lines.isEmpty ? nil : HelpText.Section(title: section.title, lines: lines)
    }
    return found.isEmpty ? ["Nothing contains '\(page.search)'. Esc shows all lines."] : HelpText.lines(of: found)
  }

  /// Changes the search of the open help.
  mutating func search(_ change: HelpSearch) {
    if case .options(var page) = overlay {
      page.search(change)
      overlay = .options(page)
    }
    if case .palette(var page) = overlay {
      page.search(change)
      overlay = .palette(page)
    }
    guard var page = helpPage else { return }
    switch change {
    case .begin: page.isSearching = true
    case .add(let text): page = page.searching(page.search + text)
    case .deleteBackward: page = page.searching(String(page.search.dropLast()))
    case .end: page.isSearching = false
    case .clear: page = HelpPage()
    }
    overlay = .help(page)
  }
}
