import Foundation
import RetNet
import RetNetText
import TOMLKit
import TerminalKit

/// What a user has set once for all commands, in a TOML file:
///
///     model = "chat"
///     threads = 2
///
///     [sampling]
///     temperature = 0.7
///
/// It is `$RETNET_SETTINGS`, or else `retnet/settings.toml` in `$XDG_CONFIG_HOME` or `~/.config`, where it need not be.
/// Environment variables and options win over it.
struct Settings: Sendable, Hashable {
  /// A model's folder, or the name of a bundled one.
  var model: String?
  /// Cores to compute on.
  var threads: Int?
  /// In the place of the model's own values; the keys are named as the options are.
  var sampling = SamplingChoices()

  /// The settings of this user; none where there is no file.
  ///
  /// - Throws: `SettingsError`, `FileError`, `TextError`.
  static func read(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Settings {
    if let path = environment["RETNET_SETTINGS"], !path.isEmpty { return try read(path: path) }
    guard let path = usualPath(environment), FileManager.default.fileExists(atPath: path) else { return Settings() }
    return try read(path: path)
  }

  /// Where the file stands if nothing else is said; nil where there is no home.
  static func usualPath(_ environment: [String: String]) -> String? {
    // A path that is not absolute does not count, as the XDG specification has it.
    if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") { return folder + "/retnet/settings.toml" }
    return environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.config/retnet/settings.toml" }
  }

  static func read(path: String) throws -> Settings {
    do {
      return try Settings(toml: try TextFile.read((path as NSString).expandingTildeInPath), path: path)
    } catch TextError.empty {
      return Settings()
    }
  }

  /// - Parameter path: named in errors.
  init(toml: String, path: String) throws {
    self.init()
    let table: TOMLTable
    do {
      table = try TOMLTable(string: toml)
    } catch let error as TOMLParseError {
      throw SettingsError.notTOML(path: path, line: error.source.begin.line, reason: error.description)
    }
    let reader = SettingsReader(table: table, path: path)
    try reader.allow(["model", "threads", "sampling"])
    model = try reader.string("model")
    threads = try reader.integer("threads", in: ThreadSetting.range)
    guard let values = try reader.table("sampling") else { return }
    try values.allow(["temperature", "top-k", "top-p", "min-p", "repetition-penalty", "seed"])
    sampling.temperature = try values.number("temperature", 0...10)
    sampling.topK = try values.integer("top-k")
    sampling.topP = try values.number("top-p", 0...1)
    sampling.minP = try values.number("min-p", 0...1)
    sampling.repetitionPenalty = try values.number("repetition-penalty", 0.1...10)
    sampling.seed = try values.integer("seed").map { UInt64($0) }
  }

  init() {}
}

/// One table of a settings file, whose values are read by key and type.
private struct SettingsReader {
  var table: TOMLTable
  var path: String
  /// What stands before a key in errors, as `sampling.`.
  var prefix = ""

  /// Throws at the first key that is not among `keys`.
  func allow(_ keys: [String]) throws {
    for key in table.keys.sorted() where !keys.contains(key) {
      throw SettingsError.unknownKey(path: path, key: prefix + key, known: keys.map { prefix + $0 })
    }
  }

  func string(_ key: String) throws -> String? {
    guard let value = table[key] else { return nil }
    guard let string = value.string, !string.isEmpty else { throw wrong(key, value, "a text in quotes") }
    return string
  }

  /// Zero or more.
  func integer(_ key: String) throws -> Int? {
    guard let value = table[key] else { return nil }
    guard value.type == .int, let number = value.int, number >= 0 else {
      throw wrong(key, value, "a whole number, 0 or more")
    }
    return number
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let value = table[key] else { return nil }
    guard value.type == .int, let number = value.int, range.contains(number) else {
      throw wrong(key, value, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func number(_ key: String, _ range: ClosedRange<Float>) throws -> Float? {
    guard let value = table[key] else { return nil }
    let number = value.type == .int ? value.int.map(Double.init) : value.type == .double ? value.double : nil
    guard let number, range.contains(Float(number)) else {
      throw wrong(
        key, value, "a number from \(Numbers.plain(range.lowerBound)) to \(Numbers.plain(range.upperBound))")
    }
    return Float(number)
  }

  func table(_ key: String) throws -> SettingsReader? {
    guard let value = table[key] else { return nil }
    guard let table = value.table else { throw wrong(key, value, "a table: [\(key)]") }
    return SettingsReader(table: table, path: path, prefix: prefix + key + ".")
  }

  private func wrong(_ key: String, _ value: any TOMLValueConvertible, _ expected: String) -> SettingsError {
    .wrongValue(path: path, key: prefix + key, found: value.debugDescription, expected: expected)
  }
}

/// What can be wrong with a settings file.
enum SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
  case notTOML(path: String, line: Int, reason: String)
  case unknownKey(path: String, key: String, known: [String])
  case wrongValue(path: String, key: String, found: String, expected: String)

  var description: String {
    switch self {
    case .notTOML(let path, let line, let reason):
      "The settings file '\(path)' is not TOML: line \(line): \(reason). Correct the line."
    case .unknownKey(let path, let key, let known):
      "The settings file '\(path)' has the key '\(key)', which is not known. Remove it; there are "
        + known.joined(separator: ", ") + "."
    case .wrongValue(let path, let key, let found, let expected):
      "The settings file '\(path)' has \(key) = \(found), expected \(expected). Correct it."
    }
  }
}
