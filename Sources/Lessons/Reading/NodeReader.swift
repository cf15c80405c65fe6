import Yams

/// Reads the nodes of one YAML file by key and kind, and records errors with their lines.
struct NodeReader {
  let file: String
  private let lines: [Substring]
  private(set) var diagnostics: [LessonDiagnostic] = []

  init(file: String, text: String) {
    self.file = file
    lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  mutating func report(_ line: Int, found: String, expected: String, _ remedy: String) {
    diagnostics.append(LessonDiagnostic(file: file, line: line, found: found, expected: expected, remedy: remedy))
  }

  static func line(_ node: Node) -> Int { node.mark?.line ?? 1 }

  /// The line of a piece of text within a node, as a folded text spans several lines.
  func line(of piece: String, from node: Node) -> Int {
    let first = Self.line(node)
    let rest = lines.dropFirst(first - 1)
    let offset = rest.firstIndex { $0.contains(piece.prefix { !$0.isNewline }) }
    return offset.map { $0 + 1 } ?? first
  }

  /// The values of a mapping by key; nil if the node is not a mapping. Reports keys that are not in `keys`.
  mutating func mapping(_ node: Node, _ what: String, keys: [String]) -> [String: Node]? {
    guard let mapping = node.mapping else {
      report(
        Self.line(node), found: "\(Self.kind(node)) for \(what)", expected: "keys and values",
        "Valid keys are \(keys.joined(separator: ", ")).")
      return nil
    }
    var values: [String: Node] = [:]
    for (key, value) in mapping {
      let name = key.scalar?.string ?? ""
      if keys.contains(name) {
        values[name] = value
      } else {
        report(
          Self.line(key), found: "key '\(name)' in \(what)", expected: keys.joined(separator: ", "),
          "Correct or remove it.")
      }
    }
    return values
  }

  /// The text of a scalar. Reports an error and returns nil if the node is not a scalar or is empty.
  mutating func string(_ node: Node, _ what: String) -> String? {
    guard let text = node.scalar?.string else {
      report(Self.line(node), found: "\(Self.kind(node)) for \(what)", expected: "a text", "Write it in quotes.")
      return nil
    }
    guard !text.trimmed.isEmpty else {
      report(Self.line(node), found: "nothing for \(what)", expected: "a text", "Fill it in, or remove the key.")
      return nil
    }
    return text
  }

  /// A whole number in a range, or nil with an error.
  mutating func integer(_ node: Node, _ what: String, in range: ClosedRange<Int>) -> Int? {
    let text = node.scalar?.string
    guard let text, let number = Int(text), range.contains(number) else {
      report(
        Self.line(node), found: text.map { "'\($0)' for \(what)" } ?? "\(Self.kind(node)) for \(what)",
        expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", "Correct it.")
      return nil
    }
    return number
  }

  /// The items of a list; a single value is a list of one. Reports an error and returns nil for a mapping, unless
  /// `allowsMapping` is true.
  mutating func list(_ node: Node, _ what: String, allowsMapping: Bool = false) -> [Node]? {
    if let sequence = node.sequence { return Array(sequence) }
    if node.scalar != nil || allowsMapping { return [node] }
    report(Self.line(node), found: "\(Self.kind(node)) for \(what)", expected: "a list", "Begin each item with '-'.")
    return nil
  }

  static func kind(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "'\(scalar.string.prefix(40))'"
    case .mapping: "keys and values"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }
}
