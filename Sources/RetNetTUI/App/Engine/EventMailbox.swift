import RetNet
import Synchronization

/// A message from the engine about a session.
struct EngineMessage: Sendable {
  var session = 0
  /// nil marks the end of a job, after all its events.
  var event: AppEvent?

  /// Merges this message and the next one. nil unless both are steps of one turn, as a result has the text of its own
  /// turn only.
  func followed(by next: EngineMessage) -> EngineMessage? {
    guard session == next.session, case .result(let first, let before, let firstSeconds) = event,
      case .result(let last, let between, let lastSeconds) = next.event, first.turn == last.turn
    else { return nil }
    let (firstCount, lastCount) = (Double(before.count + 1), Double(between.count + 1))
    let seconds = (firstSeconds * firstCount + lastSeconds * lastCount) / (firstCount + lastCount)
    return EngineMessage(
      session: session, event: .result(last, passing: before + [first.record] + between, seconds: seconds))
  }
}

/// Messages from the engine to the screen, in order.
///
/// The engine never blocks. If the screen is slower, consecutive steps merge into one event that keeps every token.
final class EventMailbox: Sendable {
  private let messages = Mutex<[EngineMessage]>([])
  private let arrivals: AsyncStream<Void>
  private let arrived: AsyncStream<Void>.Continuation

  init() { (arrivals, arrived) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1)) }

  func post(_ message: EngineMessage) {
    messages.withLock { messages in
      if let merged = messages.last?.followed(by: message) {
        messages[messages.count - 1] = merged
      } else {
        messages.append(message)
      }
    }
    arrived.yield()
  }

  /// Passes messages to `receive` until the task is cancelled.
  @MainActor func deliver(to receive: @MainActor (EngineMessage) -> Void) async {
    for await _ in arrivals {
      let messages = messages.withLock { messages in
        defer { messages = [] }
        return messages
      }
      for message in messages { receive(message) }
    }
  }
}
