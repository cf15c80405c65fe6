import Yams

/// The nodes of one YAML file, read by key and kind; what is wrong is noted with its line.
struct FaultyNodes {
  let file: String
  private let lines: [Substring]
  private(set) var faults: [LessonFault] = []

  init(file: String, text: String) {
    self.file = file
    lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  mutating func note(_ line: Int, found: String, expected: String, _ remedy: String) {
    faults.append(LessonFault(file: file, line: line, found: found, expected: expected, remedy: remedy))
  }

  static func line(_ node: Node) -> Int { node.mark?.line ?? 1 }

  /// The line of a piece of a text that begins at a node: folded texts have lines of their own.
  func line(of piece: String, from node: Node) -> Int {
    let first = Self.line(node)
    let rest = lines.dropFirst(first - 1)
    let offset = rest.firstIndex { $0.contains(piece.prefix { !$0.isNewline }) }
    return offset.map { $0 + 1 } ?? first
  }

  /// The values of a mapping whose keys are all among `keys`; nil where the node is no mapping.
  mutating func mapping(_ node: Node, _ what: String, keys: [String]) -> [String: Node]? {
    guard let mapping = node.mapping else {
      note(
        Self.line(node), found: "\(Self.kind(node)) for \(what)", expected: "keys and values",
        "Keys may be \(keys.joined(separator: ", ")).")
      return nil
    }
    var values: [String: Node] = [:]
    for (key, value) in mapping {
      let name = key.scalar?.string ?? ""
      if keys.contains(name) {
        values[name] = value
      } else {
        note(
          Self.line(key), found: "key '\(name)' in \(what)", expected: keys.joined(separator: ", "),
          "Correct or remove it.")
      }
    }
    return values
  }

  /// Text of a scalar; nil, and a fault, where it is none or empty.
  mutating func string(_ node: Node, _ what: String) -> String? {
    guard let text = node.scalar?.string else {
      note(Self.line(node), found: "\(Self.kind(node)) for \(what)", expected: "a text", "Write it in quotes.")
      return nil
    }
    guard !text.trimmed.isEmpty else {
      note(Self.line(node), found: "nothing for \(what)", expected: "a text", "Fill it in, or remove the key.")
      return nil
    }
    return text
  }

  /// A whole number of a range.
  mutating func integer(_ node: Node, _ what: String, in range: ClosedRange<Int>) -> Int? {
    let text = node.scalar?.string
    guard let text, let number = Int(text), range.contains(number) else {
      note(
        Self.line(node), found: text.map { "'\($0)' for \(what)" } ?? "\(Self.kind(node)) for \(what)",
        expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", "Correct it.")
      return nil
    }
    return number
  }

  /// The members of a list; one value alone is a list of one. nil, and a fault, where it is a mapping and none is meant.
  mutating func list(_ node: Node, _ what: String, allowsMapping: Bool = false) -> [Node]? {
    if let sequence = node.sequence { return Array(sequence) }
    if node.scalar != nil || allowsMapping { return [node] }
    note(Self.line(node), found: "\(Self.kind(node)) for \(what)", expected: "a list", "Begin each member with '-'.")
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
