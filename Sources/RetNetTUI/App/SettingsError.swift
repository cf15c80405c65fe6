import Foundation
import RetNetText
import Yams

/// A settings file that cannot be read, or a wrong setting.
package enum SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// `line` is nil if the parser gives none.
  case notYAML(path: String, line: Int?, reason: String)
  /// A TOML file of an earlier version. `yaml` has its settings in one line for the file `new`.
  case oldFormat(path: String, new: String, yaml: String)
  case unknownKey(path: String, line: Int, key: String, nearest: String?, known: [String])
  /// `key` is empty if the file is not a mapping.
  case wrongValue(path: String, line: Int, key: String, found: String, expected: String)
  case wrongVariable(name: String, found: String, expected: String)
  /// An entry of `keys` that has no effect.
  case wrongKey(path: String, line: Int, entry: String, KeyProblem)
  /// There is no folder for the file.
  case noHome
  /// `lines` has the lines that the user can write.
  case cannotEdit(path: String, lines: String)

  package var description: String {
    switch self {
    case .notYAML(let path, let line, let reason):
      "The settings file '\(path)' is not YAML: \(line.map { "line \($0): " } ?? "")\(reason). Correct it."
    case .oldFormat(let path, let new, let yaml):
      "The settings file '\(path)' is in TOML, but settings are read in YAML. Write this line into '\(new)', and remove "
        + "the old file: \(yaml)"
    case .unknownKey(let path, let line, let key, let nearest, let known):
      "The settings file '\(path)', line \(line), has the unknown key '\(key)'. "
        + (nearest.map { "Did you mean '\($0)'? " } ?? "") + "The keys are \(known.joined(separator: ", "))."
    case .wrongValue(let path, let line, let key, let found, let expected):
      "The settings file '\(path)', line \(line), has \(key.isEmpty ? "" : "\(key): ")\(found), expected \(expected). "
        + "Correct it."
    case .wrongVariable(let name, let found, let expected):
      "$\(name) is '\(found)', expected \(expected). Correct it, or unset it."
    case .wrongKey(let path, let line, let entry, let problem):
      "The settings file '\(path)', line \(line), has keys.\(entry): \(problem.description)"
    case .noHome: "There is no place for a settings file: $HOME is unset. Set it, or name a file in $RETNET_SETTINGS."
    case .cannotEdit(let path, let lines):
      "The settings file '\(path)' is unchanged, as a change could damage its text. Write into it: \(lines)"
    }
  }

  /// The line of a problem in the file.
  var line: Int? {
    switch self {
    case .notYAML(_, let line, _): line
    case .unknownKey(_, let line, _, _, _), .wrongValue(_, let line, _, _, _), .wrongKey(_, let line, _, _): line
    case .oldFormat, .wrongVariable, .noHome, .cannotEdit: nil
    }
  }
}

extension SettingsError {
  static func notYAML(path: String, _ error: YamlError) -> SettingsError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      .notYAML(path: path, line: mark.line, reason: problem)
    case .duplicatedKeysInMapping(let keys, let context):
      .notYAML(
        path: path, line: context.mark.line, reason: "the key '\(keys.sorted().joined(separator: "', '"))' occurs twice"
      )
    default:
      .notYAML(path: path, line: nil, reason: "\(error)".split(whereSeparator: \.isNewline).joined(separator: " "))
    }
  }

  /// The error for a TOML file, with its settings in YAML.
  ///
  /// - Throws: `FileError`, `TextError`.
  static func oldFormat(at path: String) throws -> SettingsError {
    let text: String
    do {
      text = try TextFile.read((path as NSString).expandingTildeInPath)
    } catch TextError.empty {
      text = ""
    }
    let new = (path as NSString).deletingPathExtension + ".yaml"
    return .oldFormat(path: path, new: new, yaml: yaml(ofTOML: text))
  }

  /// The settings of a TOML file as a YAML flow mapping. Numbers and quoted strings have the same syntax in both.
  static func yaml(ofTOML text: String) -> String {
    var (entries, sampling): ([String], [String]) = ([], [])
    var isSampling = false
    for line in text.split(whereSeparator: \.isNewline).map(withoutComment) {
      if line.hasPrefix("[") {
        isSampling = true
      } else if let sign = line.firstIndex(of: "=") {
        let (key, value) = (trimmed(line[..<sign]), trimmed(line[line.index(after: sign)...]))
        if isSampling { sampling.append("\(key): \(value)") } else { entries.append("\(key): \(value)") }
      }
    }
    if !sampling.isEmpty { entries.append("sampling: {\(sampling.joined(separator: ", "))}") }
    return "{\(entries.joined(separator: ", "))}"
  }

  private static func withoutComment(_ line: Substring) -> String {
    var quote: Character?
    let end = line.firstIndex { character in
      if character == quote {
        quote = nil
      } else if quote == nil, character == "\"" || character == "'" {
        quote = character
      }
      return quote == nil && character == "#"
    }
    return trimmed(line[..<(end ?? line.endIndex)])
  }

  private static func trimmed(_ text: Substring) -> String { text.trimmingCharacters(in: .whitespaces) }
}
