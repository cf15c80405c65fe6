import Foundation
import RetNet

extension Tokenizer {
  /// Reads a `tokenizer.model` of SentencePiece.
  ///
  /// - Throws: `StorageError` where there is no such file, or it is damaged.
  public init(contentsOf file: URL) throws(StorageError) {
    self = try StorageError.naming(file) { try Tokenizer.load(from: $0) }
  }

  /// The text of tokens; bytes that are no UTF-8 become U+FFFD, and control symbols nothing.
  ///
  /// - Throws: `RetNetError.value` for a token outside of the vocabulary.
  public func text(of tokens: [Int]) throws(RetNetError) -> String {
    for token in tokens { try require(token) }
    return decode(tokens)
  }

  /// The token's name in the vocabulary, as `▁saw`, `<0xE2>` or `<s>`.
  ///
  /// - Throws: `RetNetError.value` for a token outside of the vocabulary.
  public func name(of token: Int) throws(RetNetError) -> String {
    try require(token)
    return piece(token)
  }

  private func require(_ token: Int) throws(RetNetError) {
    try RetNetError.require((0..<vocabularySize).contains(token), "token", token, "0 to \(vocabularySize - 1)")
  }
}
