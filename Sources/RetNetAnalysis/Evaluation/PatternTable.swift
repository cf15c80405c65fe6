import Foundation
import RetNet

/// Pieces of regular expressions, which patterns use by name: `{name}` stands for the text of the piece.
struct PatternTable: Sendable, Hashable {
  /// Longest expansion, in bytes, and most pieces one inside the other: far above what a person writes.
  static let maximumBytes = 100_000
  static let maximumDepth = 32

  var pieces: [String: String] = [:]

  /// Whether `{text}` can name a piece: it begins in lower case, so that `{2,3}` remains a quantifier.
  static func isName(_ text: String) -> Bool { text.wholeMatch(of: /[a-z][a-z0-9-]*/) != nil }

  /// The pattern with the text of a piece in the place of each name; pieces may use others.
  ///
  /// Escaped braces remain, and so do those of `\p{lower}`, `\x{e9}` and `\N{bullet}`.
  ///
  /// - Throws: `PatternError`.
  func expanded(_ pattern: String) throws -> String { try expanded(pattern, within: []) }

  private func expanded(_ pattern: String, within names: [String]) throws -> String {
    let escapesAndNames = /\\[pPxN]\{[^}]*\}|\\.|\{([a-z][a-z0-9-]*)\}/.dotMatchesNewlines()
    var bytes = 0
    return try pattern.replacing(escapesAndNames) { match -> String in
      guard let name = match.output.1.map(String.init) else { return String(match.output.0) }
      guard let piece = pieces[name] else { throw PatternError.unknown(name: name) }
      guard !names.contains(name) else { throw PatternError.circular(names: names + [name]) }
      guard names.count < Self.maximumDepth else { throw PatternError.tooLarge }
      let text = try expanded(piece, within: names + [name])
      bytes += text.utf8.count
      guard bytes <= Self.maximumBytes else { throw PatternError.tooLarge }
      return text
    }
  }
}

/// Regular expressions in ICU's syntax, as suites have them.
enum ReplyPattern {
  static func isValid(_ pattern: String) -> Bool {
    (try? NSRegularExpression(pattern: pattern)) != nil
  }

  /// Whether a reply contains a match, in capitals or not.
  static func isFound(_ pattern: String, in reply: String) -> Bool {
    reply.range(of: pattern, options: [.regularExpression, .caseInsensitive]) != nil
  }
}

/// What can be wrong with the names in a pattern.
enum PatternError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknown(name: String)
  /// Each uses the next one, and the last is one of those before it.
  case circular(names: [String])
  case tooLarge

  /// What was found.
  var description: String {
    switch self {
    case .unknown(let name): "{\(name)}, which 'patterns' does not have"
    case .circular(let names): "a pattern inside itself, \(names.map { "{\($0)}" }.joined(separator: " → "))"
    case .tooLarge:
      "more than \(PatternTable.maximumBytes) bytes of patterns, or more than \(PatternTable.maximumDepth) of them one "
        + "inside the other"
    }
  }
}
