import RetNetSession
import Yams

/// Reads the mappings of a settings file: valid values, and problems with their lines.
struct SettingsReader {
  let path: String
  private(set) var values: [Setting: Settings.Value] = [:]
  private(set) var stop: [String]?
  private(set) var keys: [KeyRemap.Entry] = []
  private(set) var problems: [SettingsError] = []

  init(path: String) { self.path = path }

  /// The keys and values of a whole file; nil if it is null.
  ///
  /// - Throws: `SettingsError.wrongValue` for anything else.
  static func whole(_ node: Node, path: String) throws -> Node.Mapping? {
    if node.tag == Tag(.null) { return nil }
    if let mapping = node.mapping { return mapping }
    throw SettingsError.wrongValue(
      path: path, line: line(node), key: "", found: words(node), expected: "keys and values")
  }

  /// The mapping of a section; nil if it is missing, null or wrong.
  mutating func section(_ name: String, of mapping: Node.Mapping) -> Node.Mapping? {
    guard let node = mapping[name], node.tag != Tag(.null) else { return nil }
    if let part = node.mapping { return part }
    reject(node, name, "keys and values")
    return nil
  }

  /// - Parameter others: keys that are not settings.
  mutating func read(_ mapping: Node.Mapping, section: String?, others: [String] = []) {
    let settings = Setting.allCases.filter { $0.section == section }
    for (key, node) in mapping {
      guard let name = key.scalar?.string, !others.contains(name) else {
        if key.scalar == nil { rejectKey(key, section, settings, others) }
        continue
      }
      guard let setting = settings.first(where: { $0.name == name }) else {
        rejectKey(key, section, settings, others)
        continue
      }
      if let text = Self.text(node, setting.values) {
        values[setting] = Settings.Value(text: text, origin: .file(line: Self.line(node)))
      } else {
        reject(node, setting.key, setting.values.expected)
      }
    }
  }

  /// The stop strings of the section `sampling`: a text or a list of texts.
  mutating func readStops(_ mapping: Node.Mapping) {
    guard let node = mapping["stop"], node.tag != Tag(.null) else { return }
    let texts = (node.sequence.map { Array($0) } ?? [node]).compactMap { $0.tag == Tag(.str) ? $0.scalar?.string : nil }
    guard texts.count == node.sequence?.count ?? 1, SamplingOptions.problem(ofStops: texts) == nil else {
      return reject(node, "sampling.stop", "a text or a list of texts, in quotes if they look like numbers")
    }
    stop = texts
  }

  /// Key names and actions.
  mutating func readKeys(_ mapping: Node.Mapping) {
    for (key, node) in mapping {
      guard let name = key.scalar?.string, let action = node.scalar?.string, !action.isEmpty else {
        reject(node, "keys." + (key.scalar?.string ?? Self.words(key)), "an action's name, ':' and a command, or none")
        continue
      }
      keys.append(KeyRemap.Entry(key: name, action: action, line: Self.line(key)))
    }
  }

  private mutating func reject(_ node: Node, _ key: String, _ expected: String) {
    problems.append(
      .wrongValue(path: path, line: Self.line(node), key: key, found: Self.words(node), expected: expected))
  }

  private mutating func rejectKey(_ node: Node, _ section: String?, _ settings: [Setting], _ others: [String]) {
    let key = (section.map { $0 + "." } ?? "") + (node.scalar?.string ?? Self.words(node))
    let known = settings.map(\.key) + others.map { (section.map { $0 + "." } ?? "") + $0 }
    // A key without indentation may belong to a section.
    let inner = section == nil ? Setting.allCases.first { $0.section != nil && $0.name == key }?.key : nil
    problems.append(
      .unknownKey(
        path: path, line: Self.line(node), key: key, nearest: inner ?? NearestName.of(key, among: known), known: known))
  }

  /// The value as the text that `values` accepts; nil for a value of another type. Numbers have the syntax of YAML.
  private static func text(_ node: Node, _ values: SettingValues) -> String? {
    guard let scalar = node.scalar else { return nil }
    let text = plainText(node, scalar, values)
    return text.flatMap { values.accept($0) ? $0 : nil }
  }

  private static func plainText(_ node: Node, _ scalar: Node.Scalar, _ values: SettingValues) -> String? {
    switch values {
    case .text: return node.tag == Tag(.str) ? scalar.string : nil
    case .words: return scalar.string
    case .integer: return node.tag == Tag(.int) ? node.int.map { "\($0)" } : nil
    case .seed: return node.tag == Tag(.int) ? UInt64.construct(from: scalar).map { "\($0)" } : nil
    case .number(_, let words, _):
      if words.contains(scalar.string) { return scalar.string }
      guard node.tag == Tag(.int) || node.tag == Tag(.float) else { return nil }
      return node.float.map { Numbers.exact(Float($0)) }
    }
  }

  static func line(_ node: Node) -> Int { node.mark?.line ?? 1 }

  static func words(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar):
      [.singleQuoted, .doubleQuoted].contains(scalar.style)
        ? "'\(scalar.string.prefix(80))'" : scalar.string.isEmpty ? "nothing" : String(scalar.string.prefix(80))
    case .mapping: "keys and values"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }
}
