import RetNet

/// An invalid request to a conversation.
package enum EngineError: Error, Hashable, Sendable, CustomStringConvertible {
  case vocabularyMismatch(tokenizer: Int, model: Int)
  case emptyMessage
  /// The chosen token ends the reply.
  case endsReply
  case noBranch(id: Int, count: Int)
  case noTurn(number: Int, count: Int)
  case noReply(turn: Int)
  case notAReply(turn: Int)
  case notAMessage(turn: Int)
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
    case .noTurn(let number, let count):
      count == 0
        ? "There is no turn yet. Type a message first."
        : "There is no turn \(number). The conversation has turns 0 to \(count - 1)."
    case .noReply(let turn): "Turn \(turn) has no reply yet."
    case .notAReply(let turn): "Turn \(turn) is yours. Select a turn of the model."
    case .notAMessage(let turn): "Turn \(turn) is the model's. Select one of yours."
    case .nothingToContinue:
      "The text is empty, and the tokenizer has no symbol '<s>' to start one. Enter some text."
    }
  }
}
