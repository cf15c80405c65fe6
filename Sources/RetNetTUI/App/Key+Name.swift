import TerminalKit

/// The names of keys in help, footers, documents and settings files.
extension Key {
  private static let named: [(name: String, key: Key)] =
    [
      ("Enter", .enter), ("Esc", .escape), ("Tab", .tab), ("Shift-Tab", .backTab), ("Space", " "),
      ("Backspace", .backspace), ("Delete", .delete), ("↑", .up), ("↓", .down), ("←", .left), ("→", .right),
      ("Up", .up), ("Down", .down), ("Left", .left), ("Right", .right), ("Home", .home), ("End", .end),
      ("PgUp", .pageUp), ("PgDn", .pageDown), ("Ctrl-←", .controlLeft), ("Ctrl-→", .controlRight),
      ("Ctrl-Left", .controlLeft), ("Ctrl-Right", .controlRight),
    ] + (1...12).map { ("F\($0)", .function($0)) }

  private static let byName = Dictionary(named.map { ($0.name.lowercased(), $0.key) }) { first, _ in first }

  /// The key with this name: `Esc`, `Ctrl-C`, `→`, `F5`, `x`; nil for several characters such as `hjkl`. Capitals count
  /// in single characters only.
  init?(named name: String) {
    if name.count == 1, let character = name.first, Self.byName[name] == nil {
      self = .character(character)
    } else if let key = Self.byName[name.lowercased()] {
      self = key
    } else if name.count == 6, name.lowercased().hasPrefix("ctrl-"), let letter = name.lowercased().last,
      letter.isASCII, letter.isLetter || "@[\\]^_".contains(letter)
    {
      self = .control(letter)
    } else if name.lowercased().hasPrefix("alt-"), let key = Self.alt(String(name.dropFirst(4))) {
      self = .alt(key)
    } else {
      return nil
    }
  }

  /// The key that Alt modifies, as `KeyDecoder` returns it: a letter without Shift, Enter, Backspace.
  private static func alt(_ name: String) -> Key? {
    guard let key = Key(named: name.count == 1 ? name.lowercased() : name) else { return nil }
    if case .character(let character) = key { return character.isASCII ? key : nil }
    return [.enter, .backspace, .tab].contains(key) ? key : nil
  }

  /// The name, which `init(named:)` reads; empty for events without one.
  var name: String {
    if let name = Self.named.first(where: { $0.key == self })?.name { return name }
    return switch self {
    case .character(let character): String(character)
    case .control(let letter): "Ctrl-\(letter.uppercased())"
    case .alt(let key): "Alt-\(key.name.count == 1 ? key.name.uppercased() : key.name)"
    case .function(let number): "F\(number)"
    case .enter, .escape, .tab, .backTab, .backspace, .delete, .up, .down, .left, .right, .home, .end, .pageUp,
      .pageDown, .controlLeft, .controlRight, .mouse, .paste, .resize:
      ""
    }
  }
}
