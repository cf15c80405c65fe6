/// The tokens of a reply, computed as they are asked for.
///
/// Nothing happens before it is iterated, and each iteration sends the message once more. Iterating throws
/// `ChatError.emptyMessage`, `.alreadyResponding` while another reply of the chat is being read, `.cancelled` with the task,
/// and `.computation` for a model with broken weights.
public struct ReplySequence: AsyncSequence, Sendable {
  /// A drawn token with its text.
  public typealias Element = ReplyToken
  /// All that iterating throws.
  public typealias Failure = ChatError

  let chat: Chat
  let message: String
  let maxTokens: Int

  /// Sends nothing yet: the first token that is asked for does.
  public func makeAsyncIterator() -> Iterator {
    Iterator(chat: chat, turn: ReplyTurn(message: message, maxTokens: maxTokens))
  }

  /// Holds the chat's turn: until it has come to its end, or is released, no other reply may begin.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let chat: Chat
    /// nil after the end.
    fileprivate var turn: ReplyTurn?

    /// The next token; nil after the reply's last.
    ///
    /// - Throws: `ChatError`; nothing comes after it.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(ChatError) -> ReplyToken? {
      guard let turn else { return nil }
      do throws(ChatError) {
        let token = try await chat.next(of: turn)
        if token == nil { self.turn = nil }
        return token
      } catch {
        self.turn = nil
        throw error
      }
    }
  }
}

// One iterator is one reader.
@available(*, unavailable)
extension ReplySequence.Iterator: Sendable {}

/// A message and the reply to it. The chat knows one reply from another by this object, and by its life that it is read.
final class ReplyTurn: Sendable {
  let message: String
  let maxTokens: Int

  init(message: String, maxTokens: Int) {
    self.message = message
    self.maxTokens = maxTokens
  }
}
