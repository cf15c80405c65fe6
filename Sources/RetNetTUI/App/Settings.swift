import Foundation
import RetNet
import RetNetSession
import RetNetText
import TerminalKit
import Yams

/// A user's settings for all commands, from environment variables and a YAML file:
///
///     model: chat
///     threads: 2
///     theme: light
///     sampling:
///       temperature: 0.7
///
/// The file is `$RETNET_SETTINGS`, or else `retnet/settings.yaml` in `$XDG_CONFIG_HOME` or `~/.config`, where it is
/// optional. Environment variables override it, and options override both. A wrong setting is a problem and has no
/// effect; all others apply.
package struct Settings: Sendable, Hashable {
  package struct Value: Sendable, Hashable {
    /// One of the setting's values.
    package var text: String
    package var origin: SettingOrigin
  }

  /// The settings that the user has set.
  package internal(set) var values: [Setting: Value] = [:]
  /// Texts that end a reply; nil if the file has none.
  package internal(set) var stop: [String]?
  /// The keys of the app that the file changes, in the order of the file.
  package internal(set) var keys: [KeyRemap] = []
  /// What is wrong in the file and in the environment.
  package internal(set) var problems: [SettingsError] = []

  /// The settings of this user; empty without a file.
  ///
  /// - Throws: `SettingsError`, `FileError`, `TextError` if the file cannot be read at all.
  package static func read(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> Settings {
    var settings = try readFile(environment)
    settings.override(by: environment)
    return settings
  }

  private static func readFile(_ environment: [String: String]) throws -> Settings {
    guard let (path, isRequired) = path(environment) else { return Settings() }
    if isRequired || FileManager.default.fileExists(atPath: path) { return try read(path: path) }
    let old = (path as NSString).deletingPathExtension + ".toml"
    if FileManager.default.fileExists(atPath: old) { throw try SettingsError.oldFormat(at: old) }
    return Settings()
  }

  /// The path of the file, and whether it must exist; nil without a home folder.
  package static func path(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> (path: String, isRequired: Bool)? {
    if let path = environment["RETNET_SETTINGS"], !path.isEmpty { return (path, true) }
    return usualPath(environment).map { ($0, false) }
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
  /// - Throws: `SettingsError` if the text is not YAML, or has no keys.
  init(yaml: String, path: String) throws {
    self.init()
    // A file with comments only has no document.
    guard let node = try Self.compose(yaml, path: path) else { return }
    guard let mapping = try SettingsReader.whole(node, path: path) else { return }
    var reader = SettingsReader(path: path)
    let sections = ["sampling", "keys"]
    reader.read(mapping, section: nil, others: sections)
    for section in sections {
      guard let part = reader.section(section, of: mapping) else { continue }
      if section == "keys" {
        reader.readKeys(part)
      } else {
        reader.read(part, section: section, others: ["stop"])
        reader.readStops(part)
      }
    }
    (values, stop, problems) = (reader.values, reader.stop, reader.problems)
    let (valid, wrong) = KeyMap.check(reader.keys, path: path)
    (keys, problems) = (valid, (problems + wrong).sorted { ($0.line ?? 0) < ($1.line ?? 0) })
  }

  /// - Throws: `SettingsError.notYAML`.
  static func compose(_ yaml: String, path: String) throws -> Node? {
    do {
      return try Yams.compose(yaml: yaml)
    } catch let error as YamlError {
      throw SettingsError.notYAML(path: path, error)
    }
  }

  init() {}

  /// `$RETNET_THREADS` is checked by `ThreadSetting`, for the commands that use threads.
  private mutating func override(by environment: [String: String]) {
    for setting in Setting.allCases {
      guard let text = environment[setting.variable], !text.isEmpty else { continue }
      if setting.values.accept(text) {
        values[setting] = Value(text: text, origin: .variable(setting.variable))
      } else if setting != .threads {
        problems.append(
          .wrongVariable(name: setting.variable, found: String(text.prefix(80)), expected: setting.values.expected))
      }
    }
  }
}

// Typed values; nil if they are not set.
extension Settings {
  private func text(_ setting: Setting) -> String? { values[setting]?.text }

  /// A model's folder, or the name of a bundled one.
  package var model: String? { text(.model) }
  package var threads: Int? { text(.threads).flatMap { Int($0) } }
  /// Memory limit of the snapshots, in MiB. A model whose snapshots are larger still keeps one.
  package var snapshotMemory: Int? { text(.snapshotMemory).flatMap { Int($0) } }
  package var theme: Theme.Name? { text(.theme).flatMap { Theme.Name(rawValue: $0) } }
  package var maximumTokens: Int? { text(.maximumTokens).flatMap { Int($0) } }
  var mouse: Bool? { text(.mouse).map { $0 == "on" } }

  /// Replaces the model's own values.
  package var sampling: SamplingChoices {
    var choices = SamplingChoices()
    for value in SamplingValue.allCases { choices.values[value] = text(.sampling(value)).flatMap { Float($0) } }
    choices.seed = text(.seed).flatMap { UInt64($0) }
    choices.stop = stop
    return choices
  }

  /// The settings of a chat, without those of its model.
  package var chat: ChatSettings {
    var chat = ChatSettings()
    if let maximumTokens { chat.maximumTokens = maximumTokens }
    if let speed = text(.speed), case .set(.speed(let pace))? = CommandTable.parseSpeed(speed) { chat.speed = pace }
    if let autosave = text(.autosave) { chat.autosave = autosave == "on" }
    if let keep = text(.keepSessions).flatMap({ Int($0) }) { chat.keepSessions = keep }
    if let motion = text(.motion) { chat.motion = motion == "on" }
    if let shows = text(.showProbabilities) { chat.showsProbabilities = shows == "on" }
    if let history = text(.history) { chat.history = history == "on" }
    if let scale = text(.scale), case .set(.scale(let scale))? = CommandTable.parseScale(scale) { chat.scale = scale }
    return chat
  }
}
