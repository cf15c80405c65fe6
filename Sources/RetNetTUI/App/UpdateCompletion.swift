/// Completion in the command line.
extension AppState {
  /// Completes the word before the cursor, or selects the next item of the open menu.
  mutating func complete(by step: Int) -> [Effect] {
    if commandLine.menu != nil {
      select(by: step)
      return []
    }
    let typed = String(line.characters[..<line.cursor])
    guard let query = CommandTable.completionQuery(of: typed) else { return [] }
    switch query.source {
    case .models, .files, .lessons: return [.app(.complete(query))]
    case .commands:
      offer(
        CommandTable.completions(of: typed).map {
          Completion(text: $0.name, detail: $0.summary, ending: $0.argument.isEmpty ? "" : " ")
        }, for: query)
    case .words(let words): offer(words.map { Completion(text: $0) }, for: query)
    case .personas: offer(((model?.personas ?? []) + ["off"]).map { Completion(text: $0) }, for: query)
    case .branches:
      offer(explorer.session.branches.map { Completion(text: "\($0.id)", detail: $0.text) }, for: query)
    }
    return []
  }

  /// Inserts the only completion, or what all have in common and a menu of them.
  mutating func offer(_ items: [Completion], for query: CompletionQuery) {
    // The line may have changed since.
    guard isCommanding, String(line.characters[..<line.cursor].dropFirst(query.start)) == query.typed else { return }
    let items = items.filter { $0.text.lowercased().hasPrefix(query.typed.lowercased()) }
    guard let first = items.first else { return say("Nothing begins with '\(query.typed)' here.") }
    let common = items.dropFirst().reduce(first.text) { $0.commonPrefix(with: $1.text) }
    var query = query
    if items.count == 1 {
      replaceCompleted(query, with: first.text + first.ending)
    } else {
      if common.count >= query.typed.count {
        replaceCompleted(query, with: common)
        query.typed = common
      }
      commandLine.menu = CompletionMenu(query: query, items: items)
    }
  }

  private mutating func select(by step: Int) {
    guard let query = commandLine.menu?.query, let item = commandLine.menu?.select(by: step) else { return }
    replaceCompleted(query, with: item.text)
  }

  /// Closes the menu. The line has the typed text again.
  mutating func closeCompletions() {
    guard let query = commandLine.menu?.query else { return }
    replaceCompleted(query, with: query.typed)
    commandLine.menu = nil
  }

  private mutating func replaceCompleted(_ query: CompletionQuery, with text: String) {
    line.replace(min(query.start, line.cursor)..<line.cursor, with: text)
  }
}
