import Foundation
import RetNet

/// Named parts of regular expressions: `{name}` in a pattern stands for the text of the part.
struct PatternTable: Sendable, Hashable {
  /// The longest expansion, in bytes, and the deepest nesting: far above what a person writes.
  static let maximumBytes = 100_000
  static let maximumDepth = 32

  var pieces: [String: String] = [:]

  /// Whether `{text}` is a name: names begin with a lower-case letter, so `{2,3}` remains a quantifier.
  static func isName(_ text: String) -> Bool { text.wholeMatch(of: /[a-z][a-z0-9-]*/) != nil }

  /// Replaces each name in a pattern by its text, which may contain other names.
  ///
  /// Escaped braces stay, as do those of `\p{lower}`, `\x{e9}` and `\N{bullet}`.
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

/// The regular expressions of suites, in ICU's syntax.
enum ReplyPattern {
  static func isValid(_ pattern: String) -> Bool {
    (try? NSRegularExpression(pattern: pattern)) != nil
  }

  /// Whether a reply contains a match, ignoring case.
  static func isFound(_ pattern: String, in reply: String) -> Bool {
    reply.range(of: pattern, options: [.regularExpression, .caseInsensitive]) != nil
  }
}

/// An error in the names of a pattern.
enum PatternError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknown(name: String)
  /// Each name uses the next one, and the last one repeats an earlier one.
  case circular(names: [String])
  case tooLarge

  /// The part of an error message after "found".
  var description: String {
    switch self {
    case .unknown(let name): "the unknown name {\(name)}"
    case .circular(let names): "a pattern inside itself, \(names.map { "{\($0)}" }.joined(separator: " → "))"
    case .tooLarge:
      "more than \(PatternTable.maximumBytes) bytes of patterns, or more than \(PatternTable.maximumDepth) nested patterns"
    }
  }
}
