import Foundation
import RetNet
import RetNetText
import Yams

/// Writes values into a settings file. Comments, unknown keys and the order of the lines stay.
package enum SettingsFile {
  /// Writes the values into the user's file, which is created if there is none.
  ///
  /// - Returns: the file's path, and the settings that are now in effect.
  /// - Throws: `SettingsError`, `FileError`, `TextError`; the file is then unchanged.
  package static func save(
    _ rows: [SettingRow], environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> (path: String, settings: Settings) {
    guard let path = Settings.path(environment)?.path else { throw SettingsError.noHome }
    let file = (path as NSString).expandingTildeInPath
    var text = ""
    if FileManager.default.fileExists(atPath: file) {
      do { text = try TextFile.read(file) } catch TextError.empty {}
    } else {
      try FileManager.default.createDirectory(
        atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    }
    try AtomicFile.write(edited(text, rows.map(\.absolute), path: path), to: file)
    return (path, try Settings.read(environment: environment))
  }

  /// The text with the values of `rows`: each replaces the value of its key, or follows the last key of its section.
  ///
  /// - Throws: `SettingsError` if the text cannot be read, or if the result would not have exactly these changes.
  static func edited(_ text: String, _ rows: [SettingRow], path: String) throws -> String {
    let before = try Settings(yaml: text, path: path)
    var edit = YAMLText(text)
    let after: Settings
    do {
      for row in rows { try edit.set(row.setting.name, in: row.setting.section, to: yaml(row), path: path) }
      after = try Settings(yaml: edit.text, path: path)
    } catch is SettingsError {
      throw refusal(rows, path)
    }
    var expected = before.values.mapValues(\.text)
    for row in rows { expected[row.setting] = row.value }
    let isExact =
      after.values.mapValues(\.text) == expected && after.keys == before.keys
      && after.problems.count <= before.problems.count
    guard isExact else { throw refusal(rows, path) }
    return edit.text
  }

  private static func refusal(_ rows: [SettingRow], _ path: String) -> SettingsError {
    .cannotEdit(path: path, lines: rows.map { "\($0.setting.key): \(yaml($0))" }.joined(separator: ", "))
  }

  /// The value in YAML. Texts are quoted unless they are plain words or paths.
  private static func yaml(_ row: SettingRow) -> String {
    guard row.setting.values == .text else { return row.value }
    let isPlain =
      row.value.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/_-".contains($0)) }
      && row.value.contains { $0.isLetter }
      && (try? Yams.compose(yaml: row.value))?.flatMap { $0.tag == Tag(.str) } == true
    return isPlain ? row.value : "'\(row.value.replacing("'", with: "''"))'"
  }
}

extension SettingRow {
  /// The row whose model does not depend on the current folder.
  fileprivate var absolute: SettingRow {
    guard setting == .model, value.contains("/"), !value.hasPrefix("/"), !value.hasPrefix("~") else { return self }
    var row = self
    row.value = URL(fileURLWithPath: value).standardizedFileURL.path
    return row
  }
}

/// A YAML text whose lines can be changed.
private struct YAMLText {
  /// Without their line feeds.
  private var lines: [[Unicode.Scalar]]

  init(_ text: String) {
    lines = Array(text.unicodeScalars).split(separator: "\n", omittingEmptySubsequences: false).map { Array($0) }
  }

  var text: String {
    var scalars = String.UnicodeScalarView()
    for (index, line) in lines.enumerated() {
      if index > 0 { scalars.append("\n") }
      scalars.append(contentsOf: line)
    }
    return String(scalars)
  }

  /// - Throws: `SettingsError.notYAML`.
  mutating func set(_ name: String, in section: String?, to value: String, path: String) throws {
    let root = try Settings.compose(text, path: path)?.mapping
    guard let section else { return set(name, of: root, to: value, indentation: 0) }
    guard let node = root?[section] else {
      return append("\(section):\n  \(name): \(value)", to: root, flow: "\(section): {\(name): \(value)}")
    }
    if let mapping = node.mapping, !mapping.isEmpty || isFlow(mapping) {
      return set(name, of: mapping, to: value, indentation: mapping.first?.key.mark.map { $0.column - 1 } ?? 2)
    }
    // A section without keys.
    let key = root?.first { $0.key.scalar?.string == section }?.key
    insert("  \(name): \(value)", afterLine: key?.mark?.line ?? lines.count)
  }

  /// Whether a mapping is in braces. Yams gives no reliable style.
  private func isFlow(_ mapping: Node.Mapping) -> Bool {
    guard let mark = mapping.mark, let line = lines[at: mark.line - 1] else { return false }
    return line[at: mark.column - 1] == "{"
  }

  private mutating func set(_ name: String, of mapping: Node.Mapping?, to value: String, indentation: Int) {
    if let mark = mapping?[name]?.mark, let mapping {
      return replace(at: mark, isFlow: isFlow(mapping), by: value)
    }
    let entry = String(repeating: " ", count: indentation) + "\(name): \(value)"
    guard let mapping, indentation > 0, !isFlow(mapping) else {
      return append(entry, to: mapping, flow: "\(name): \(value)")
    }
    insert(entry, afterLine: mapping.map { $0.value.lastLine }.max() ?? lines.count)
  }

  /// Adds lines to the end of a block, or an entry to a mapping in braces.
  private mutating func append(_ entry: String, to mapping: Node.Mapping?, flow: String) {
    if let mapping, isFlow(mapping), let mark = mapping.mark, lines.indices.contains(mark.line - 1) {
      let place = min(mark.column, lines[mark.line - 1].count)
      lines[mark.line - 1].insert(contentsOf: (flow + (mapping.isEmpty ? "" : ", ")).unicodeScalars, at: place)
      return
    }
    if lines.last?.isEmpty != true { lines.append([]) }
    insert(entry, afterLine: lines.count - 1)
  }

  /// - Parameter line: from 1; 0 is before the first.
  private mutating func insert(_ entry: String, afterLine line: Int) {
    let isCRLF = lines.first?.last == "\r"
    let added = entry.split(separator: "\n").map { Array($0.unicodeScalars) + (isCRLF ? ["\r"] : []) }
    lines.insert(contentsOf: added, at: min(line, lines.count))
  }

  /// Replaces the value that begins at a mark. A comment after it stays.
  private mutating func replace(at mark: Mark, isFlow: Bool, by value: String) {
    let (row, start) = (mark.line - 1, mark.column - 1)
    guard lines.indices.contains(row), start <= lines[row].count else { return }
    let end = Self.end(of: lines[row], from: start, isFlow: isFlow)
    lines[row].replaceSubrange(start..<end, with: (start == end ? " " + value : value).unicodeScalars)
  }

  /// The index after a value on one line.
  private static func end(of line: [Unicode.Scalar], from start: Int, isFlow: Bool) -> Int {
    guard start < line.count else { return start }
    let quote = line[start]
    if quote == "'" || quote == "\"" {
      var index = start + 1
      while index < line.count {
        if quote == "\"", line[index] == "\\" {
          index += 1
        } else if line[index] == quote {
          guard quote == "'", index + 1 < line.count, line[index + 1] == "'" else { return index + 1 }
          index += 1
        }
        index += 1
      }
      return line.count
    }
    var end = start
    while end < line.count {
      if line[end] == "#", end > start, line[end - 1] == " " || line[end - 1] == "\t" { break }
      if isFlow, ",}]".unicodeScalars.contains(line[end]) { break }
      end += 1
    }
    while end > start, line[end - 1].properties.isWhitespace { end -= 1 }
    return end
  }
}

extension Node {
  /// The last line on which a node of one of its parts begins, from 1.
  fileprivate var lastLine: Int {
    let own = mark?.line ?? 0
    return switch self {
    case .scalar, .alias: own
    case .mapping(let mapping): mapping.map { max($0.key.lastLine, $0.value.lastLine) }.max() ?? own
    case .sequence(let sequence): sequence.map(\.lastLine).max() ?? own
    }
  }
}
