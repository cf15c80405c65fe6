import RetNet
import RetNetText

/// The tokens that a chat model generates itself.
///
/// In `<s> <|user|> … <|bot|> … <|user|> … </s>` these are the tokens of a reply and the symbol that ends it (the next
/// `<|user|>`, or `</s>`). `<s>`, the user's turns and `<|bot|>` are given to the model. In a text without turns, all
/// tokens after `<s>` are generated.
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

  /// Calls `body` for each input of `range` with whether the model generates the token after it.
  ///
  /// - Parameters:
  ///   - range: consecutive inputs within one document.
  ///   - tokens: all documents, each starting with `<s>`.
  package func forEach(_ range: Range<Int>, of tokens: [Int32], _ body: (_ isGenerated: Bool) -> Void) {
    var opener = range.isEmpty ? bos : lastSymbol(upTo: range.lowerBound, tokens)
    for i in range {
      if isSymbol(tokens[i]) { opener = tokens[i] }
      body(opener == reply || opener == bos && tokens[i + 1] != user)
    }
  }

  /// The last symbol up to `index`, which opened the turn.
  private func lastSymbol(upTo index: Int, _ tokens: [Int32]) -> Int32 {
    var i = index
    while i > 0, !isSymbol(tokens[i]) { i -= 1 }
    return isSymbol(tokens[i]) ? tokens[i] : bos
  }

  private func isSymbol(_ token: Int32) -> Bool { token == bos || token == user || token == reply }
}
