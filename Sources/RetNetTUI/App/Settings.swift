import Foundation
import RetNet
import RetNetSession
import RetNetText
import TerminalKit
import Yams

/// A user's settings for all commands, in a YAML file:
///
///     model: chat
///     threads: 2
///     theme: light
///     sampling:
///       temperature: 0.7
///
/// The file is `$RETNET_SETTINGS`, or else `retnet/settings.yaml` in `$XDG_CONFIG_HOME` or `~/.config`, where it is
/// optional. Environment variables and options override it.
package struct Settings: Sendable, Hashable {
  /// A model's folder, or the name of a bundled one.
  package var model: String?
  /// Cores to compute on.
  package var threads: Int?
  /// The colours of the screen.
  package var theme: Theme.Name?
  /// Whether the app saves conversations.
  package var autosave: Bool?
  /// Saved sessions without a name that are kept.
  package var keepSessions: Int?
  /// Replaces the model's own values. The keys have the names of the options.
  package var sampling = SamplingChoices()

  /// The settings of this user; empty without a file.
  ///
  /// - Throws: `SettingsError`, `FileError`, `TextError`.
  package static func read(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Settings {
    if let path = environment["RETNET_SETTINGS"], !path.isEmpty { return try read(path: path) }
    guard let path = usualPath(environment) else { return Settings() }
    if FileManager.default.fileExists(atPath: path) { return try read(path: path) }
    let old = (path as NSString).deletingPathExtension + ".toml"
    if FileManager.default.fileExists(atPath: old) { throw try SettingsError.oldFormat(at: old) }
    return Settings()
  }

  /// The default path of the file; nil without a home folder.
  static func usualPath(_ environment: [String: String]) -> String? {
    // The XDG specification ignores relative paths.
    if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") { return folder + "/retnet/settings.yaml" }
    return environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.config/retnet/settings.yaml" }
  }

  static func read(path: String) throws -> Settings {
    let file = (path as NSString).expandingTildeInPath
    do {
      let text = try TextFile.read(file)
      if file.hasSuffix(".toml") { throw try SettingsError.oldFormat(at: path) }
      return try Settings(yaml: text, path: path)
    } catch TextError.empty {
      return Settings()
    }
  }

  /// - Parameter path: the path in errors.
  /// - Throws: `SettingsError`.
  init(yaml: String, path: String) throws {
    self.init()
    let node: Node?
    do {
      node = try Yams.compose(yaml: yaml)
    } catch let error as YamlError {
      throw SettingsError.notYAML(path: path, error)
    }
    // A file with comments only has no document.
    guard let node, let reader = try SettingsReader(node, path: path) else { return }
    try reader.allow(
      ["model", "threads", "theme", "autosave", "keep-sessions", "sampling"],
      inner: Self.samplingKeys.map { "sampling." + $0 })
    model = try reader.string("model")
    threads = try reader.integer("threads", in: ThreadSetting.range)
    theme = try reader.choice("theme", Theme.Name.self)
    autosave = try reader.toggle("autosave")
    keepSessions = try reader.integer("keep-sessions", in: 1...100_000)
    guard let values = try reader.mapping("sampling") else { return }
    try values.allow(Self.samplingKeys)
    for value in SamplingValue.allCases {
      let (key, range) = (value.rawValue, value.range)
      sampling.values[value] =
        try value.isInteger
        ? values.integer(key, in: Int(range.lowerBound)...Int(range.upperBound)).map { Float($0) }
        : values.number(key, range)
    }
    sampling.seed = try values.integer("seed").map { UInt64($0) }
  }

  init() {}

  private static let samplingKeys = SamplingValue.allCases.map(\.rawValue) + ["seed"]
}

/// Reads the values of one mapping of a settings file by key and type.
private struct SettingsReader {
  private let mapping: Node.Mapping
  private let path: String
  /// The prefix of a key in errors, such as `sampling.`.
  private let prefix: String

  /// - Parameter key: the mapping's key; empty for the whole file.
  /// - Returns: nil if the value is null.
  init?(_ node: Node, key: String = "", path: String) throws {
    if node.tag == Tag(.null) { return nil }
    guard let mapping = node.mapping else {
      throw SettingsError.wrongValue(
        path: path, line: Self.line(node), key: key, found: Self.words(node), expected: "keys and values")
    }
    (self.mapping, self.path, prefix) = (mapping, path, key.isEmpty ? "" : key + ".")
  }

  /// Throws an error for the first key outside `keys`.
  ///
  /// - Parameter inner: keys of nested mappings, for suggestions.
  func allow(_ keys: [String], inner: [String] = []) throws {
    for (node, _) in mapping where !keys.contains(node.scalar?.string ?? "") {
      let (key, known) = (prefix + (node.scalar?.string ?? Self.words(node)), keys.map { prefix + $0 })
      // A key without indentation may belong to a nested mapping.
      let nearest = NearestName.of(key, among: known) ?? inner.first { $0.hasSuffix("." + key) }
      throw SettingsError.unknownKey(
        path: path, line: Self.line(node), key: key, nearest: nearest, known: known)
    }
  }

  func string(_ key: String) throws -> String? {
    try value(key, "a text, in quotes if it looks like a number") { node in
      guard node.tag == Tag(.str), let text = node.scalar?.string, !text.isEmpty else { return nil }
      return text
    }
  }

  func choice<Choice: CaseIterable & RawRepresentable>(_ key: String, _: Choice.Type) throws -> Choice?
  where Choice.RawValue == String {
    try value(key, CommandTable.names(Choice.self)) { node in
      node.scalar.flatMap { Choice(rawValue: $0.string) }
    }
  }

  func toggle(_ key: String) throws -> Bool? {
    try value(key, "on or off") { node in node.tag == Tag(.bool) ? node.bool : nil }
  }

  /// An integer, 0 or more.
  func integer(_ key: String) throws -> Int? {
    try value(key, "a whole number, 0 or more") { $0.tag == Tag(.int) ? $0.int.flatMap { $0 >= 0 ? $0 : nil } : nil }
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
    try value(key, "a whole number from \(range.lowerBound) to \(range.upperBound)") { node in
      node.tag == Tag(.int) ? node.int.flatMap { range.contains($0) ? $0 : nil } : nil
    }
  }

  func number(_ key: String, _ range: ClosedRange<Float>) throws -> Float? {
    let bounds = Numbers.bounds(range)
    return try value(key, "a number from \(bounds)") { node in
      guard node.tag == Tag(.int) || node.tag == Tag(.float) else { return nil }
      return node.float.map { Float($0) }.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  func mapping(_ key: String) throws -> SettingsReader? {
    try mapping[key].flatMap { try SettingsReader($0, key: prefix + key, path: path) }
  }

  /// - Parameter read: returns nil for an unexpected node.
  private func value<Value>(_ key: String, _ expected: String, _ read: (Node) -> Value?) throws -> Value? {
    guard let node = mapping[key] else { return nil }
    guard let value = read(node) else {
      throw SettingsError.wrongValue(
        path: path, line: Self.line(node), key: prefix + key, found: Self.words(node), expected: expected)
    }
    return value
  }

  private static func line(_ node: Node) -> Int { node.mark?.line ?? 1 }

  private static func words(_ node: Node) -> String {
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
