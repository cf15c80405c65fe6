import RetNet
import Synchronization

/// Events on their way from the engine to the screen, in order.
///
/// The engine never waits: where the screen is slower, steps that it has not taken in yet become one event, which still
/// holds every token.
final class EventMailbox: Sendable {
  private let events = Mutex<[AppEvent]>([])
  private let arrivals: AsyncStream<Void>
  private let arrived: AsyncStream<Void>.Continuation

  init() { (arrivals, arrived) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1)) }

  func post(_ event: AppEvent) {
    events.withLock { events in
      if let merged = events.last?.followed(by: event) {
        events[events.count - 1] = merged
      } else {
        events.append(event)
      }
    }
    arrived.yield()
  }

  /// Hands events to `take` as they come, until the task is cancelled.
  @MainActor func deliver(to receive: @MainActor (AppEvent) -> Void) async {
    for await _ in arrivals {
      let events = events.withLock { events in
        defer { events = [] }
        return events
      }
      for event in events { receive(event) }
    }
  }
}

extension AppEvent {
  /// This event and the next one as one; nil unless both are steps of one turn: a moment has the text of its own turn alone.
  func followed(by next: AppEvent) -> AppEvent? {
    guard case .result(let first, let before, let firstSeconds) = self,
      case .result(let last, let between, let lastSeconds) = next, first.turn == last.turn
    else { return nil }
    let (firstCount, lastCount) = (Double(before.count + 1), Double(between.count + 1))
    return .result(
      last, passing: before + [first.record] + between,
      seconds: (firstSeconds * firstCount + lastSeconds * lastCount) / (firstCount + lastCount))
  }
}
