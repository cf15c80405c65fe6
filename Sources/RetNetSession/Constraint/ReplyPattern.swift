/// A regular expression that a whole reply matches.
///
/// It has literals, `.` (any character but a line feed), classes such as `[a-z_]` and `[^0-9]`, the escapes `\d`, `\w`,
/// `\s`, `\D`, `\W`, `\S` (of ASCII), `\n`, `\t` and `\r`, groups, `|`, `*`, `+`, `?`, `{m}`, `{m,}` and `{m,n}`. A
/// backslash before a punctuation mark makes it a literal. Expressions match at both ends, so `^` and `$` are not needed.
///
/// The expression is compiled to an automaton over UTF-8 bytes. From each of its states a match can be reached, so a
/// reply whose tokens keep to it never reaches a dead end.
public struct ReplyPattern: Sendable {
  /// The expression as written.
  public let source: String

  let automaton: PatternAutomaton

  /// Compiles an expression.
  ///
  /// - Parameter source: at most 4,096 characters.
  /// - Throws: `ChatError.sampling` for a wrong expression, one that no text matches, or one whose automaton is too large.
  public init(_ source: String) throws(ChatError) {
    do {
      self = try ReplyPattern(parsing: source)
    } catch {
      throw .sampling(
        name: "pattern", found: "'\(source.prefix(80))'", expected: "a regular expression: \(error.reason)")
    }
  }

  /// - Throws: `PatternError`.
  package init(parsing source: String) throws(PatternError) {
    self.source = source
    var parser = try PatternParser(source)
    automaton = try PatternAutomaton(try parser.parse())
  }

  /// Matches a text.
  ///
  /// - Parameter text: any text.
  /// - Returns: whether the whole text matches.
  public func matches(_ text: String) -> Bool { automaton.accepts(automaton.next(PatternAutomaton.start, text.utf8)) }
}

/// Patterns are equal if their sources are.
extension ReplyPattern: Hashable {
  /// Compares two patterns.
  ///
  /// - Parameters:
  ///   - left: a pattern.
  ///   - right: another pattern.
  /// - Returns: whether their sources are equal.
  public static func == (left: ReplyPattern, right: ReplyPattern) -> Bool { left.source == right.source }

  /// Hashes the source.
  ///
  /// - Parameter hasher: receives the source.
  public func hash(into hasher: inout Hasher) { hasher.combine(source) }
}

/// As the text of the source.
extension ReplyPattern: Codable {
  /// Decodes and compiles an expression.
  ///
  /// - Parameter decoder: the decoder of the source.
  /// - Throws: `DecodingError` for a value that is not a correct expression.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    let source = try value.decode(String.self)
    do {
      self = try ReplyPattern(parsing: source)
    } catch {
      throw DecodingError.dataCorruptedError(in: value, debugDescription: error.reason)
    }
  }

  /// Encodes the source.
  ///
  /// - Parameter encoder: receives the source.
  /// - Throws: the encoder's error.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    try value.encode(source)
  }
}

/// An expression that cannot be used. The reason is a clause without a final full stop.
package struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
  package let reason: String

  package var description: String { reason }
}
