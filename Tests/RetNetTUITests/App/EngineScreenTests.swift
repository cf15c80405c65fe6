import Foundation
import Synchronization
import Testing

@testable import RetNet
@testable import RetNetTUI

/// Whether the engine has ended a reply.
private final class ReplyEnd: Sendable {
  private let isSet = Mutex(false)

  func set() { isSet.withLock { $0 = true } }

  /// Blocks the thread until the reply ends. Returns false if it does not within half a minute.
  func block() -> Bool {
    for _ in 0..<3000 {
      if isSet.withLock({ $0 }) { return true }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return false
  }
}

@Suite("Engine and slow screen")
@MainActor struct EngineScreenTests {
  /// Steps of a conversation, one event each.
  private func events(_ count: Int) -> [AppEvent] {
    Fixtures.conversation().prefix(count).enumerated().map { .result($1, seconds: Double($0 + 1)) }
  }

  private func collected(_ mailbox: EventMailbox, awaiting count: Int) async -> [AppEvent] {
    var received: [AppEvent] = []
    let delivery = Task { await mailbox.deliver { message in if let event = message.event { received.append(event) } } }
    for _ in 0..<3000 where received.count < count { try? await Task.sleep(for: .milliseconds(10)) }
    delivery.cancel()
    return received
  }

  @Test("Undelivered steps merge into one event with every token and their mean time")
  func merging() async throws {
    let mailbox = EventMailbox()
    for event in events(4) { mailbox.post(EngineMessage(event: event)) }
    mailbox.post(EngineMessage(event: .replyEnded))
    let received = await collected(mailbox, awaiting: 2)
    guard received.count == 2, case .result(let result, let passing, let seconds) = received[0],
      case .replyEnded = received[1]
    else {
      Issue.record("found \(received.count) events")
      return
    }
    #expect(passing.map(\.position) == [1, 2, 3])
    #expect(result.position == 4)
    #expect(seconds == (1 + 2 + 3 + 4) / 4.0)
  }

  @Test("An event that is not a step keeps its place between steps")
  func order() async throws {
    let mailbox = EventMailbox()
    let steps = events(4)
    for event in [steps[0], .notice("between"), steps[1], steps[2], .stopped, steps[3]] {
      mailbox.post(EngineMessage(event: event))
    }
    let received = await collected(mailbox, awaiting: 5)
    let kinds = received.map { event in
      switch event {
      case .result(let result, let passing, _): "\(result.position) after \(passing.count)"
      case .notice(let text): text
      case .stopped: "stopped"
      default: "another"
      }
    }
    #expect(kinds == ["1 after 0", "between", "3 after 1", "stopped", "4 after 0"])
  }

  @Test("Steps of two turns stay two events, because a step result has the text of only its own turn")
  func turns() async throws {
    let mailbox = EventMailbox()
    let results = Fixtures.conversation()
    for result in results { mailbox.post(EngineMessage(event: .result(result, seconds: 0.01))) }
    let turns = Set(results.map(\.turn)).count
    #expect(turns == 2)
    let received = await collected(mailbox, awaiting: turns)
    let texts = received.map { event in
      if case .result(let result, _, _) = event { result.turnText } else { "" }
    }
    #expect(texts == Dictionary(grouping: results, by: \.turn).sorted { $0.key < $1.key }.map { $1.last?.turnText })
  }

  @Test("A blocked screen delays no step: the reply ends, and the screen then gets all its tokens")
  func standstill() async throws {
    let end = ReplyEnd()
    let engine = FakeEngine(whenEnded: { end.set() })
    var state = AppState(columns: 80, rows: 24)
    var (hasBlocked, hasEnded) = (false, false)
    var queue: EngineQueue?
    queue = EngineQueue(loader: { _, _ in LoadedModel(info: Fixtures.model, engine: engine) }, speed: nil) { event, _ in
      if case .result = event, !hasBlocked {
        hasBlocked = true
        hasEnded = end.block()
      }
      for case .engine(let request) in update(&state, event) { queue?.send(request) }
    }
    queue?.send(.loadModel("tiny", for: .conversation))
    queue?.send(.submit("Do you like old films?"))
    queue?.send(.run(maximumReply: 100))
    for _ in 0..<3000 where state.position < 25 { try await Task.sleep(for: .milliseconds(10)) }
    #expect(hasBlocked)
    #expect(hasEnded)
    #expect(state.tokens.entries.map(\.index) == Array(0..<25))
    queue?.close()
  }

  @Test("A run accepts settings between its steps; after a later request, settings wait in the queue")
  func settings() async throws {
    let settings = RunSettings()
    let (first, second) = (RunToken(), RunToken())
    let setting = EngineJob(.request(.set(.norms(NormOptions()))), RunToken())
    #expect(!settings.accepts(setting))

    settings.record(EngineJob(.request(.run(maximumReply: 1)), first))
    #expect(settings.accepts(setting))
    // The next run is queued before the first one has ended.
    settings.record(EngineJob(.request(.run(maximumReply: 1)), second))
    #expect(settings.next(endOf: first) != nil)
    #expect(settings.next(endOf: first) == nil)
    #expect(settings.accepts(setting))
    settings.record(EngineJob(.request(.back), RunToken()))
    #expect(!settings.accepts(setting))
    #expect(settings.next() != nil)
    #expect(settings.next(endOf: second) == nil)
    settings.record(EngineJob(.request(.run(maximumReply: 1)), second))
    #expect(settings.next(endOf: second) == nil)
    #expect(!settings.accepts(setting))
  }
}
