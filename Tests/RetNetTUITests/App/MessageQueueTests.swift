import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// Messages that are typed while a reply runs.
@Suite("Queued messages")
struct MessageQueueTests {
  private func press(_ key: Key, _ state: inout AppState) -> [Effect] { update(&state, .key(key)) }

  private func sends(_ text: String) -> [Effect] {
    [.engine(.submit(text)), .engine(.run(maximumReply: 256))]
  }

  @Test("Enter during a reply queues the message and shows it; it is sent when the reply ends")
  func queue() {
    var state = Fixtures.speaking()
    #expect(Fixtures.enter("And books?", &state) == [])
    #expect(state.input.isEmpty)
    #expect(state.phase == .running)
    #expect(render(state).text.contains("you  (queued) And books?"))
    #expect(update(&state, .replyEnded) == sends("And books?"))
    #expect(state.transcript.turns.last?.typed == "And books?")
    #expect(!render(state).text.contains("(queued)"))
  }

  @Test("Several messages are sent one after another, in order")
  func order() {
    var state = Fixtures.speaking()
    for text in ["One", "Two", "Three"] { _ = Fixtures.enter(text, &state) }
    #expect(update(&state, .replyEnded) == sends("One"))
    #expect(update(&state, .replyEnded) == sends("Two"))
    #expect(update(&state, .replyEnded) == sends("Three"))
    #expect(update(&state, .replyEnded) == [])
  }

  @Test("A queued message is sent after a reply that reaches its maximum length, once the stop is confirmed")
  func lengthLimit() {
    var state = Fixtures.ready()
    _ = Fixtures.enter(":max-tokens 3", &state)
    _ = Fixtures.enter("Do you like old films?", &state)
    _ = Fixtures.enter("Why?", &state)
    for result in Fixtures.conversation().prefix(11) { _ = update(&state, .result(result, seconds: 0.001)) }
    #expect(state.phase == .ready)
    #expect(state.queue == ["Why?"])
    #expect(update(&state, .settled) == [.engine(.submit("Why?")), .engine(.run(maximumReply: 3))])
  }

  @Test("Ctrl-C stops the reply and returns all queued messages to the line, before its draft")
  func interrupt() {
    var state = Fixtures.speaking()
    _ = Fixtures.enter("One", &state)
    _ = Fixtures.enter("Two", &state)
    Fixtures.type("draft", &state)
    #expect(press(.control("c"), &state) == [.engine(.stop)])
    #expect(state.input.text == "One Two draft")
    #expect(state.queue.isEmpty)
    #expect(state.notice?.text == "The reply is stopped; its text stays. The queued text is on the input line again.")
    #expect(update(&state, .settled) == [])
  }

  @Test("↑ on an empty line takes the last queued message back for editing; with text it goes through the history")
  func recall() {
    var state = Fixtures.speaking()
    _ = Fixtures.enter("One", &state)
    _ = Fixtures.enter("Two", &state)
    _ = press(.up, &state)
    #expect(state.input.text == "Two")
    #expect(state.queue == ["One"])
    _ = Fixtures.enter("!", &state)
    #expect(state.queue == ["One", "Two!"])
  }

  @Test("A message typed while the reply is paused is queued; resuming sends it at the end")
  func paused() {
    var state = Fixtures.speaking()
    _ = press(" ", &state)
    #expect(Fixtures.enter("Why?", &state) == [])
    #expect(state.phase == .paused)
    #expect(state.queue == ["Why?"])
    #expect(state.notice?.text.contains("Space resumes") == true)
    _ = press(" ", &state)
    #expect(state.phase == .running)
    #expect(update(&state, .replyEnded) == sends("Why?"))
  }

  @Test("Paused where the end of the turn is most probable, Enter ends the reply and sends")
  func pausedAtTheEnd() throws {
    var state = Fixtures.speaking()
    _ = press(" ", &state)
    var last = try #require(Fixtures.conversation().last)
    last.candidates = [StepResult.Candidate(token: 9, piece: "<|user|>", probability: 0.989)]
    _ = update(&state, .refreshed(last))
    #expect(Fixtures.enter("Why?", &state) == [.engine(.stop)])
    #expect(state.phase == .ready)
    #expect(update(&state, .settled) == sends("Why?"))
  }

  @Test("A failed step and a command that replaces the session return the queue to the line")
  func nothingIsLost() {
    var state = Fixtures.speaking()
    _ = Fixtures.enter("Why?", &state)
    _ = update(&state, .failed("A logit is NaN."))
    #expect(state.input.text == "Why?")
    state = Fixtures.speaking()
    _ = Fixtures.enter("Why?", &state)
    _ = Fixtures.enter(":undo", &state)
    #expect(state.input.text == "Why?")
    #expect(state.queue.isEmpty)
  }

  @Test("A message typed while the model is read is sent when it is ready; if that fails, it is on the line again")
  func loading() {
    var state = AppState(columns: 80, rows: 24)
    _ = update(&state, .modelLoading("tiny"))
    #expect(Fixtures.enter("Hello", &state) == [])
    #expect(render(state).text.contains("you  (queued) Hello"))
    #expect(render(state).text.contains("Reading the model tiny"))
    var failed = state
    #expect(Array(update(&state, .modelLoaded(Fixtures.model)).suffix(2)) == sends("Hello"))
    #expect(update(&failed, .modelFailed("There is no model 'tiny'.")) == [])
    #expect(failed.input.text == "Hello")
    #expect(failed.queue.isEmpty)
  }

  @Test("Ctrl-D on an empty line quits, also while a message waits")
  func quitting() {
    var state = Fixtures.speaking()
    _ = Fixtures.enter("Why?", &state)
    #expect(press(.control("d"), &state) == [.app(.quit(0))])
  }

  @Test("Queued lines scroll with the conversation, and a long one wraps")
  func long() {
    var state = Fixtures.speaking(columns: 40, rows: 12)
    let before = state.maximumScroll
    _ = Fixtures.enter(String(repeating: "word ", count: 40), &state)
    #expect(state.maximumScroll > before + 3)
  }
}
