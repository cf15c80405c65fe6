import RetNet

/// Encodes one text without turns: `<s> text </s>`.
///
/// For models that were not trained on conversations. A vocabulary without `<s>` or `</s>` gives a text without that
/// symbol.
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

  /// The tokens before a text's first piece.
  package var opening: [Int] { bos.map { [$0] } ?? [] }

  /// Whether `token` may continue or end the text.
  ///
  /// Rejects tokens without a piece: a model's vocabulary may be larger than its tokenizer's.
  package func allows(_ token: Int) -> Bool {
    token < tokenizer.vocabularySize && (token == end || !tokenizer.isControl(token))
  }

  package func ends(_ token: Int) -> Bool { token == end }

  /// A whole text, from `<s>` to `</s>`.
  package func document(_ text: String) -> [Int] {
    opening + tokenizer.encode(text) + (end.map { [$0] } ?? [])
  }
}
