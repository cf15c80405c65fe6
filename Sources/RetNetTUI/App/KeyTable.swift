import TerminalKit

/// All keys. Dispatch, help, footer and docs/keys.md read this one table.
enum KeyTable {
  static let bindings =
    input + historySearch + command + completions + question + panes + everywhere + live + turn + time + explorer
    + laboratory + tree + lessons + tour + overlays + sessions

  /// The action of each key of a context.
  static let actions: [KeyContext: [Key: KeyAction]] = Dictionary(grouping: bindings, by: \.context)
    .mapValues { $0.reduce(into: [:]) { $0.merge($1.actions) { first, _ in first } } }

  static func key(
    _ context: KeyContext, _ label: String, _ actions: [Key: KeyAction], _ meaning: String,
    _ footer: KeyBinding.Footer? = nil
  ) -> KeyBinding {
    KeyBinding(context: context, label: label, actions: actions, meaning: meaning, footer: footer)
  }

  // MARK: Groups of keys

  static func pageKeys(_ pages: [(key: Character, action: KeyAction)], _ meaning: String) -> KeyBinding {
    key(
      .panes, pages.map { String($0.key) }.joined(separator: " "),
      Dictionary(uniqueKeysWithValues: pages.map { (.character($0.key), $0.action) }), meaning)
  }

  /// A word of a lesson.
  static func word(_ word: String, _ meaning: String, _ short: String? = nil) -> KeyBinding {
    key(.lesson, word, [:], meaning, short.map { short in .init(.first) { $0.focus == .input ? short : nil } })
  }

  static func lines(_ list: MovableList) -> [Key: KeyAction] {
    [.up: .move(list, .lines(-1)), .down: .move(list, .lines(1))]
  }

  static func pages(_ list: MovableList) -> [Key: KeyAction] {
    [.pageUp: .move(list, .pages(-1)), .pageDown: .move(list, .pages(1))]
  }

  static func ends(_ list: MovableList) -> [Key: KeyAction] {
    [.home: .move(list, .start), .end: .move(list, .end)]
  }

  static func probeKeys(_ move: (Int, Int) -> KeyAction, largest: KeyAction) -> [Key: KeyAction] {
    [
      "h": move(0, -1), "j": move(1, 0), "k": move(-1, 0), "l": move(0, 1), "H": move(0, -8), "J": move(8, 0),
      "K": move(-8, 0), "L": move(0, 8), "x": largest,
    ]
  }
}

func + (first: [Key: KeyAction], second: [Key: KeyAction]) -> [Key: KeyAction] {
  first.merging(second) { first, _ in first }
}
