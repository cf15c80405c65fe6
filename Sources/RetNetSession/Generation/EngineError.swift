import RetNet

/// An invalid request to a conversation.
package enum EngineError: Error, Hashable, Sendable, CustomStringConvertible {
  case vocabularyMismatch(tokenizer: Int, model: Int)
  case emptyMessage
  /// The chosen token ends the reply.
  case endsReply
  case noBranch(id: Int, count: Int)
  /// A text to continue that gives no tokens.
  case nothingToContinue

  package var description: String {
    switch self {
    case .vocabularyMismatch(let tokenizer, let model):
      "The tokenizer has \(tokenizer) pieces, but the model's vocabulary has only \(model). "
        + "Use the tokenizer.model that belongs to the weights."
    case .emptyMessage:
      "The message is empty. Type some text."
    case .endsReply:
      "This symbol ends the reply. Type a message to continue."
    case .noBranch(let id, let count):
      "There is no branch \(id). The session has \(count), numbered from 0."
    case .nothingToContinue:
      "The text is empty, and the tokenizer has no symbol '<s>' to start one. Enter some text."
    }
  }
}
