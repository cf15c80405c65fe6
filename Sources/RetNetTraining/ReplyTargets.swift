import RetNet
import RetNetText

/// Which tokens of a conversation are a reply's: what a chat model has to say itself.
///
/// Of `<s> <|user|> … <|bot|> … <|user|> … </s>`, a reply's own tokens and the symbol that ends it (the next turn's, or
/// `</s>`) are; `<s>`, a user's turn and the `<|bot|>` after it are given to the model. A text without turns is wholly its
/// own.
package struct ReplyTargets: Sendable, Hashable {
  package let bos: Int32
  package let user: Int32
  package let reply: Int32

  package init(bos: Int, user: Int, reply: Int) {
    (self.bos, self.user, self.reply) = (Int32(bos), Int32(user), Int32(reply))
  }

  package init(_ format: ChatFormat) {
    self.init(bos: format.bos, user: format.user, reply: format.reply)
  }

  /// Calls `body` with whether each of the tokens after those of `range` is the model's own.
  ///
  /// - Parameters:
  ///   - range: consecutive inputs within one document.
  ///   - tokens: all documents, each from its `<s>` on.
  package func forEach(_ range: Range<Int>, of tokens: [Int32], _ body: (_ isOwn: Bool) -> Void) {
    var opener = range.isEmpty ? bos : lastSymbol(upTo: range.lowerBound, tokens)
    for i in range {
      if isSymbol(tokens[i]) { opener = tokens[i] }
      body(opener == reply || opener == bos && tokens[i + 1] != user)
    }
  }

  /// The symbol that opened what the token at `index` belongs to.
  private func lastSymbol(upTo index: Int, _ tokens: [Int32]) -> Int32 {
    var i = index
    while i > 0, !isSymbol(tokens[i]) { i -= 1 }
    return isSymbol(tokens[i]) ? tokens[i] : bos
  }

  private func isSymbol(_ token: Int32) -> Bool { token == bos || token == user || token == reply }
}
