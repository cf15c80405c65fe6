import RetNet

/// What can be wrong with a conversation.
package enum EngineError: Error, Hashable, Sendable, CustomStringConvertible {
  case vocabularyMismatch(tokenizer: Int, model: Int)
  case emptyMessage
  /// A token was chosen that ends the reply.
  case endsReply
  case noBranch(id: Int, count: Int)
  /// A text to go on with that has no token at all.
  case nothingToContinue

  package var description: String {
    switch self {
    case .vocabularyMismatch(let tokenizer, let model):
      "The tokenizer has \(tokenizer) pieces, the model's vocabulary only \(model). "
        + "Use the tokenizer.model that belongs to the weights."
    case .emptyMessage:
      "The message is empty; type some text."
    case .endsReply:
      "That symbol ends the reply: type a message to go on."
    case .noBranch(let id, let count):
      "There is no branch \(id); the session has \(count), counted from 0."
    case .nothingToContinue:
      "The text is empty, and the tokenizer has no symbol '<s>' to begin one with; give some text."
    }
  }
}
