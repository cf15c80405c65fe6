import RetNet

/// How one text that goes on becomes tokens: `<s> text`, without turns; `</s>` ends it.
///
/// It is for models that were not trained on conversations. Either symbol may be missing from a vocabulary: a text then
/// begins with its first piece, or has no end of its own.
package struct TextFormat: Sendable {
  /// Opens a text.
  package let bos: Int?
  /// Ends a text.
  package let end: Int?

  private let tokenizer: Tokenizer

  package init(_ tokenizer: Tokenizer) {
    bos = tokenizer.bos
    end = tokenizer.eos
    self.tokenizer = tokenizer
  }

  /// What stands before a text's first piece.
  package var opening: [Int] { bos.map { [$0] } ?? [] }

  /// Whether the text may go on with `token`, or end with it.
  ///
  /// A model may have more tokens than its tokenizer has pieces: those stand for nothing.
  package func allows(_ token: Int) -> Bool {
    token < tokenizer.vocabularySize && (token == end || !tokenizer.isControl(token))
  }

  package func ends(_ token: Int) -> Bool { token == end }

  /// A whole text, from `<s>` to `</s>`.
  package func document(_ text: String) -> [Int] {
    opening + tokenizer.encode(text) + (end.map { [$0] } ?? [])
  }
}
