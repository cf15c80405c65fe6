import RetNet

extension CheckedConversation {
  /// The keys of a file of conversations with checks.
  static let fileKeys = ["patterns", "conversations"]

  /// Reads `{"patterns":{"name":"…"},"conversations":[{"name":"…","kind":"…","turns":[…]}…]}`, with turns
  /// `{"say":"…","checks":[{"kind":"…","expect":"…","reject":"…"}…]}`.
  ///
  /// - Throws: `CheckedConversationError`.
  static func list(_ file: [String: Any], path: String) throws -> [CheckedConversation] {
    let file = try CheckedPart(file, at: .file, of: path, keys: fileKeys)
    let patterns = try PatternTable(file)
    var names: Set<String> = []
    return try file.list("conversations").enumerated().map { index, value in
      let conversation = try CheckedConversation(value, index, path, patterns)
      if !names.insert(conversation.name).inserted {
        throw CheckedConversationError(
          path: path, place: .conversation("conversations[\(index)]"), found: "the name '\(conversation.name)' again",
          expected: "a unique name")
      }
      return conversation
    }
  }

  private init(_ value: Any, _ index: Int, _ path: String, _ patterns: PatternTable) throws {
    let name = ((value as? [String: Any])?["name"] as? String).map { "conversation '\($0)'" }
    let place = name ?? "conversations[\(index)]"
    let part = try CheckedPart(value, at: .conversation(place), of: path, keys: ["name", "kind", "turns"])
    self.init(
      name: try part.text("name"), kind: try part.text("kind"),
      turns: try part.list("turns").enumerated().map { index, value in
        let part = try CheckedPart(value, at: .turn(place, index), of: path, keys: ["say", "checks"])
        let checks = part.has("checks") ? try part.list("checks") : []
        return CheckedTurn(
          message: try part.text("say"),
          checks: try checks.enumerated().map { try ReplyCheck($1, at: .check(place, index, $0), of: path, patterns) })
      })
    if turns.allSatisfy(\.checks.isEmpty) { throw part.wrong(found: "no checks", expected: "one or more") }
  }
}

extension ReplyCheck {
  fileprivate init(
    _ value: Any, at place: CheckedConversationError.Place, of path: String, _ patterns: PatternTable
  ) throws {
    let part = try CheckedPart(value, at: place, of: path, keys: ["kind", "expect", "reject"])
    if !part.has("expect"), !part.has("reject") {
      throw part.wrong(found: "neither 'expect' nor 'reject'", expected: "one of them or both")
    }
    self.init(
      kind: try part.text("kind"), expect: try part.pattern("expect", patterns),
      reject: try part.pattern("reject", patterns))
  }
}

extension PatternTable {
  fileprivate init(_ file: CheckedPart) throws {
    guard file.has("patterns") else { return }
    let patterns = try file.object("patterns")
    for name in patterns.keys where !Self.isName(name) {
      throw patterns.wrong(found: "the name '\(name)'", expected: "lower-case letters, digits and hyphens")
    }
    for name in patterns.keys { pieces[name] = try patterns.text(name) }
    // Each must be a valid expression by itself, even if no check uses it.
    for name in patterns.keys { _ = try patterns.pattern(name, self) }
  }
}

/// An object of the file. Its values are read by key; errors name its place.
private struct CheckedPart {
  private let values: [String: Any]
  private let place: CheckedConversationError.Place
  private let path: String

  /// - Parameter keys: the allowed keys; nil allows any.
  init(_ value: Any, at place: CheckedConversationError.Place, of path: String, keys: [String]?) throws {
    let known = keys.map { $0.map { "'\($0)'" }.joined(separator: ", ") }
    (self.place, self.path) = (place, path)
    guard let values = value as? [String: Any] else {
      self.values = [:]
      throw wrong(found: ConfigurationObject.name(value), expected: "an object\(known.map { " with \($0)" } ?? "")")
    }
    self.values = values
    if let keys, let known, let unknown = self.keys.first(where: { !keys.contains($0) }) {
      throw wrong(found: "the key '\(unknown)'", expected: "only \(known)")
    }
  }

  var keys: [String] { values.keys.sorted() }

  func has(_ key: String) -> Bool { values[key] != nil }

  func text(_ key: String) throws -> String {
    guard let text = values[key] as? String, !text.allSatisfy(\.isWhitespace) else {
      throw wrong(key, expected: "a text")
    }
    return text
  }

  /// An expression with expanded names; nil if the key is missing.
  func pattern(_ key: String, _ patterns: PatternTable) throws -> String? {
    guard has(key) else { return nil }
    let text = try text(key)
    let expanded: String
    do {
      expanded = try patterns.expanded(text)
    } catch let error as PatternError {
      throw wrong(found: "\(error) in '\(key)'", expected: "names of 'patterns'")
    }
    guard ReplyPattern.isValid(expanded) else { throw wrong(key, expected: "a regular expression") }
    return expanded
  }

  func list(_ key: String) throws -> [Any] {
    guard let list = values[key] as? [Any], !list.isEmpty else { throw wrong(key, expected: "a list of \(key)") }
    return list
  }

  func object(_ key: String) throws -> CheckedPart {
    try CheckedPart(values[key] ?? [:], at: .key(key), of: path, keys: nil)
  }

  func wrong(found: String, expected: String) -> CheckedConversationError {
    CheckedConversationError(path: path, place: place, found: found, expected: expected)
  }

  private func wrong(_ key: String, expected: String) -> CheckedConversationError {
    let found =
      switch values[key] {
      case nil: "no '\(key)'"
      case let list as [Any] where list.isEmpty: "an empty list as '\(key)'"
      case .some(let value): "\(ConfigurationObject.name(value)) as '\(key)'"
      }
    return wrong(found: found, expected: expected)
  }
}

/// An error in a file of conversations with checks, and its place.
package struct CheckedConversationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Turns and checks count from 0.
  package enum Place: Hashable, Sendable, CustomStringConvertible {
    case file
    case key(String)
    /// Its name, or its index if it has none.
    case conversation(String)
    case turn(_ conversation: String, Int)
    case check(_ conversation: String, _ turn: Int, Int)

    package var description: String {
      switch self {
      case .file: ""
      case .key(let key): ", '\(key)'"
      case .conversation(let conversation): ", \(conversation)"
      case .turn(let conversation, let turn): ", \(conversation), turns[\(turn)]"
      case .check(let conversation, let turn, let check): ", \(conversation), turns[\(turn)], checks[\(check)]"
      }
    }
  }

  package var path: String
  package var place: Place
  package var found: String
  package var expected: String

  package var description: String {
    "'\(path)'\(place): found \(found), expected \(expected). Correct it there."
  }
}
