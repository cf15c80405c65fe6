import Foundation
import Synchronization
import Testing

@testable import RetNet
@testable import RetNetTUI

/// Whether a reply has come to its end, told by the engine itself.
private final class ReplyEnd: Sendable {
  private let hasCome = Mutex(false)

  func come() { hasCome.withLock { $0 = true } }

  /// Holds the thread until the end has come. Returns false where it has not within half a minute.
  func block() -> Bool {
    for _ in 0..<3000 {
      if hasCome.withLock({ $0 }) { return true }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return false
  }
}

@Suite("The engine beside the screen")
@MainActor struct EngineScreenTests {
  /// Steps of a conversation, each one an event of its own.
  private func events(_ count: Int) -> [AppEvent] {
    Fixtures.conversation().prefix(count).enumerated().map { .result($1, seconds: Double($0 + 1)) }
  }

  private func collected(_ mailbox: EventMailbox, awaiting count: Int) async -> [AppEvent] {
    var taken: [AppEvent] = []
    let delivery = Task { await mailbox.deliver { message in if let event = message.event { taken.append(event) } } }
    for _ in 0..<3000 where taken.count < count { try? await Task.sleep(for: .milliseconds(10)) }
    delivery.cancel()
    return taken
  }

  @Test("Steps that the screen has not taken in become one event that holds every token, with their mean time")
  func merging() async throws {
    let mailbox = EventMailbox()
    for event in events(4) { mailbox.post(EngineMessage(event: event)) }
    mailbox.post(EngineMessage(event: .replyEnded))
    let taken = await collected(mailbox, awaiting: 2)
    guard taken.count == 2, case .result(let result, let passing, let seconds) = taken[0],
      case .replyEnded = taken[1]
    else {
      Issue.record("found \(taken.count) events")
      return
    }
    #expect(passing.map(\.position) == [1, 2, 3])
    #expect(result.position == 4)
    #expect(seconds == (1 + 2 + 3 + 4) / 4.0)
  }

  @Test("What is not a step stays where it stood between steps")
  func order() async throws {
    let mailbox = EventMailbox()
    let steps = events(4)
    for event in [steps[0], .notice("between"), steps[1], steps[2], .stopped, steps[3]] {
      mailbox.post(EngineMessage(event: event))
    }
    let taken = await collected(mailbox, awaiting: 5)
    let kinds = taken.map { event in
      switch event {
      case .result(let result, let passing, _): "\(result.position) behind \(passing.count)"
      case .notice(let text): text
      case .stopped: "stopped"
      default: "another"
      }
    }
    #expect(kinds == ["1 behind 0", "between", "3 behind 1", "stopped", "4 behind 0"])
  }

  @Test("Steps of two turns stay two events, as a moment has the text of its own turn alone")
  func turns() async throws {
    let mailbox = EventMailbox()
    let moments = Fixtures.conversation()
    for result in moments { mailbox.post(EngineMessage(event: .result(result, seconds: 0.01))) }
    let turns = Set(moments.map(\.turn)).count
    #expect(turns == 2)
    let taken = await collected(mailbox, awaiting: turns)
    let texts = taken.map { event in
      if case .result(let result, _, _) = event { result.turnText } else { "" }
    }
    #expect(texts == Dictionary(grouping: moments, by: \.turn).sorted { $0.key < $1.key }.map { $1.last?.turnText })
  }

  @Test("A screen that stands still stops no step: the reply ends meanwhile, and then all its tokens are there")
  func standstill() async throws {
    let end = ReplyEnd()
    let engine = FakeEngine(whenEnded: { end.come() })
    var state = AppState(columns: 80, rows: 24)
    var (hasStood, wentOn) = (false, false)
    var queue: EngineQueue?
    queue = EngineQueue(loader: { _, _ in LoadedModel(info: Fixtures.model, engine: engine) }, speed: nil) { event, _ in
      if case .result = event, !hasStood {
        hasStood = true
        wentOn = end.block()
      }
      for case .engine(let request) in update(&state, event) { queue?.send(request) }
    }
    queue?.send(.loadModel("tiny", for: .conversation))
    queue?.send(.submit("Do you like old films?"))
    queue?.send(.run(maximumReply: 100))
    for _ in 0..<3000 where state.position < 25 { try await Task.sleep(for: .milliseconds(10)) }
    #expect(hasStood)
    #expect(wentOn)
    #expect(state.tokens.entries.map(\.index) == Array(0..<25))
    queue?.close()
  }

  @Test("What is set while steps are made acts between two of them, what is asked for behind the run in its turn")
  func settings() async throws {
    let settings = RunSettings()
    let (first, second) = (RunToken(), RunToken())
    let setting = EngineJob(.request(.set(.norms(NormOptions()))), RunToken())
    #expect(!settings.accepts(setting))

    settings.record(EngineJob(.request(.run(maximumReply: 1)), first))
    #expect(settings.accepts(setting))
    // The next run is asked for before the first has noticed that it was cut short.
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
