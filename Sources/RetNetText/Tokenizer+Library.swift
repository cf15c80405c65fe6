import Foundation
import RetNet

extension Tokenizer {
  /// Reads a SentencePiece `tokenizer.model`, or a `tokenizer.json` of such a vocabulary.
  ///
  /// - Parameter file: a SentencePiece model of any type, or a file of Hugging Face's tokenizers.
  /// - Throws: `StorageError` if the file does not exist, is damaged, or holds another kind of vocabulary.
  public init(contentsOf file: URL) throws(StorageError) {
    self = try StorageError.naming(file) { try Tokenizer.load(from: $0) }
  }

  /// Decodes tokens. Invalid UTF-8 becomes U+FFFD; control symbols give no text.
  ///
  /// - Parameter tokens: numbers of the vocabulary, from 0.
  /// - Returns: their text.
  /// - Throws: `RetNetError.value` for a token outside the vocabulary.
  public func text(of tokens: [Int]) throws(RetNetError) -> String {
    for token in tokens { try require(token) }
    return decode(tokens)
  }

  /// Looks up a token in the vocabulary.
  ///
  /// - Parameter token: a number of the vocabulary, from 0.
  /// - Returns: its name, such as `▁saw`, `<0xE2>` or `<s>`.
  /// - Throws: `RetNetError.value` for a token outside the vocabulary.
  public func name(of token: Int) throws(RetNetError) -> String {
    try require(token)
    return piece(token)
  }

  private func require(_ token: Int) throws(RetNetError) {
    try RetNetError.require((0..<vocabularySize).contains(token), "token", token, "0 to \(vocabularySize - 1)")
  }
}
