/// The share of the exchanges of each kind of text: lines `pattern weight`. A pattern is the name of a scene file, possibly
/// with `*` at its end, or a generated kind (`@sums`, `@told`, `@talk`).
///
///     # a comment
///     quick-* 14
///     @sums 8
package struct Weights: Sendable {
  struct Line: Sendable {
    var pattern: String
    var weight: Double
  }

  let lines: [Line]
  let path: String

  /// Throws `FileError` or `CorpusError`.
  package init(path: String) throws {
    try self.init(try SourceFile.text(path), path: path)
  }

  init(_ text: String, path: String) throws(CorpusError) {
    self.path = path
    var lines: [Line] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.prefix { $0 != "#" }.split(separator: " ")
      if words.isEmpty { continue }
      guard words.count == 2, let weight = Double(words[1]), weight >= 0, weight.isFinite else {
        throw .broken(
          path: path,
          reason: "line \(index + 1) is '\(line.prefix(50))', expected a pattern and a weight of 0 or more")
      }
      lines.append(Line(pattern: String(words[0]), weight: weight))
    }
    guard lines.contains(where: { $0.weight > 0 }) else {
      throw .broken(path: path, reason: "it has no weight above 0")
    }
    self.lines = lines
  }

  /// Equal shares for all scenes, and a fifth of the exchanges for generated kinds.
  package static let even = Weights(
    lines: [("@sums", 8.0), ("@told", 8), ("@talk", 4), ("*", 80)].map(Line.init), path: "")

  private init(lines: [Line], path: String) {
    self.lines = lines
    self.path = path
  }

  func missing(_ name: String) -> CorpusError {
    .broken(path: path, reason: "no line matches the scene file '\(name)'; a line '* 1' matches all")
  }

  /// The first line whose pattern matches the name.
  func line(for name: String) -> Int? {
    lines.firstIndex { line in
      line.pattern.last == "*" ? name.hasPrefix(line.pattern.dropLast()) : name == line.pattern
    }
  }
}
