/// Which share of the exchanges each kind of text gets: lines `pattern weight`, where a pattern is the name of a scene file,
/// maybe with `*` at its end, or one of the kinds that are generated (`@sums`, `@told`, `@talk`).
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
          reason: "line \(index + 1) is '\(line.prefix(50))', but a pattern and a weight of 0 or more are expected")
      }
      lines.append(Line(pattern: String(words[0]), weight: weight))
    }
    guard lines.contains(where: { $0.weight > 0 }) else {
      throw .broken(path: path, reason: "it has no weight above 0")
    }
    self.lines = lines
  }

  /// All scenes alike, and a fifth of the exchanges for what is generated.
  package static let even = Weights(
    lines: [("@sums", 8.0), ("@told", 8), ("@talk", 4), ("*", 80)].map(Line.init), path: "")

  private init(lines: [Line], path: String) {
    self.lines = lines
    self.path = path
  }

  func missing(_ name: String) -> CorpusError {
    .broken(path: path, reason: "no line of it fits the scene file '\(name)'; a line '* 1' fits all")
  }

  /// The first line whose pattern the name has.
  func line(for name: String) -> Int? {
    lines.firstIndex { line in
      line.pattern.last == "*" ? name.hasPrefix(line.pattern.dropLast()) : name == line.pattern
    }
  }
}
