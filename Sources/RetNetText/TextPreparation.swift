/// What happens to a text before SentencePiece encodes it, as a `tokenizer.json` describes it: its normalizer and
/// pre-tokenizer without the character map, and its added tokens.
struct TextPreparation: Sendable {
  /// When a text gets a space at its start.
  enum Prefix: String, Sendable {
    case always, never
    /// Only at the start of the whole text, not after an added token.
    case first
  }

  /// What is removed at the ends of a text.
  enum Trimming: Sendable {
    case none
    /// Spaces at both ends.
    case spaces
    /// White space at the end.
    case end
  }

  /// Tokens that are found in the text as it is.
  var added = AddedTokens([])
  var trimming = Trimming.none
  /// Whether several spaces become one.
  var collapsesSpaces = false
  /// Whether each part gets a space at its start, even if it begins with one (`Prepend`).
  var prepends = false
  /// Whether `▁` becomes a space, as a space becomes `▁` in the file. The library replaces all spaces.
  var unescapes = false
  /// Tokens that are found after these steps.
  var addedNormalized = AddedTokens([])
  /// Which parts get a space at their start (`Metaspace`).
  var prefix = Prefix.never
  /// Whether `prefix` also applies to a part that begins with a space.
  var prefixesSpaces = false
  /// Pieces that no merge makes or divides, found last. They have spaces for `▁`.
  var whole = AddedTokens([])

  /// The parts of a text: tokens, and texts for SentencePiece.
  ///
  /// - Parameter beginsWithSpace: whether a text begins with a space after the character map.
  func parts(of text: String, beginsWithSpace: (String) -> Bool) -> [AddedTokens.Part] {
    var parts: [AddedTokens.Part] = []
    var isStart = true
    for part in added.split(text) {
      guard case .text(let text) = part else {
        parts.append(part)
        isStart = false
        continue
      }
      for part in addedNormalized.split(normalized(text)) {
        if case .text(let text) = part {
          let adds =
            prefix == .always || prefix == .first && isStart
            ? prefixesSpaces || !beginsWithSpace(text) : false
          let prefixed = adds ? " " + text : text
          parts += whole.split(whole.isEmpty ? prefixed : Self.unescaped(prefixed))
        } else {
          parts.append(part)
        }
        isStart = false
      }
    }
    return parts
  }

  /// A part of the text as `addedNormalized` are found in it.
  func normalized(_ text: String) -> String {
    var scalars = Array(text.unicodeScalars)
    switch trimming {
    case .none: break
    case .spaces:
      scalars.removeLast(scalars.count - (scalars.lastIndex { $0 != " " }.map { $0 + 1 } ?? 0))
      scalars.removeFirst(scalars.firstIndex { $0 != " " } ?? scalars.count)
    case .end:
      scalars.removeLast(scalars.count - (scalars.lastIndex { !$0.properties.isWhitespace }.map { $0 + 1 } ?? 0))
    }
    if collapsesSpaces {
      scalars = scalars.indices.filter { $0 == 0 || scalars[$0] != " " || scalars[$0 - 1] != " " }.map { scalars[$0] }
    }
    if prepends, !scalars.isEmpty { scalars.insert(" ", at: 0) }
    let result = String(String.UnicodeScalarView(scalars))
    return unescapes ? Self.unescaped(result) : result
  }

  static func unescaped(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\u{2581}" ? " " : $0 }))
  }
}
