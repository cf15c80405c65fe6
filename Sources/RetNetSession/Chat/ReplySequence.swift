/// The tokens of a reply, computed on demand.
///
/// Iteration sends the message; each new iteration sends it again. Iterating throws `ChatError.emptyMessage`,
/// `.alreadyResponding` while another reply of the chat is in progress, `.cancelled` with the task, and `.computation`
/// for a model with invalid weights.
public struct ReplySequence: AsyncSequence, Sendable {
  /// A generated token with its text.
  public typealias Element = ReplyToken
  /// The error type of iteration.
  public typealias Failure = ChatError

  let chat: Chat
  let message: String
  let maxTokens: Int

  /// Creates an iterator. Its first call of `next` sends the message.
  ///
  /// - Returns: an iterator of one reply.
  public func makeAsyncIterator() -> Iterator {
    Iterator(chat: chat, turn: ReplyTurn(message: message, maxTokens: maxTokens))
  }

  /// The iterator of a reply. While it exists and the reply has not ended, no other reply of the chat can start.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let chat: Chat
    /// nil after the end.
    fileprivate var turn: ReplyTurn?

    /// Computes the next token of the reply.
    ///
    /// - Parameter actor: the caller's actor, which the call does not block.
    /// - Returns: the token; nil after the reply's last.
    /// - Throws: ``ChatError``. Later calls return nil.
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

// Not Sendable: one task iterates a reply.
@available(*, unavailable)
extension ReplySequence.Iterator: Sendable {}

/// A message and the reply to it. The chat identifies the current reply by this object, and holds it weakly to detect
/// that the iterator was released.
final class ReplyTurn: Sendable {
  let message: String
  let maxTokens: Int

  init(message: String, maxTokens: Int) {
    self.message = message
    self.maxTokens = maxTokens
  }
}
