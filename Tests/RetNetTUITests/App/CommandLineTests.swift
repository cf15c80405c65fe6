import TestSupport
import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// The command line has its own text, history and focus; the draft of a message stays.
@Suite("The command line")
struct CommandLineTests {
  @discardableResult
  private func press(_ keys: Key..., in state: inout AppState) -> [Effect] {
    keys.flatMap { update(&state, .key($0)) }
  }

  @Test("A command from the panes leaves the draft of a message, and no message is sent")
  func draftStays() {
    var state = Fixtures.ready()
    Fixtures.type("my draft", &state)
    press(.escape, ":", in: &state)
    #expect(state.isCommanding)
    Fixtures.type("layer 2", &state)
    #expect(press(.enter, in: &state) == [])
    #expect(state.settings.layer == 2)
    #expect(state.input.text == "my draft")
    #expect(state.transcript.isEmpty)
    #expect(state.queue.isEmpty)
    press("i", in: &state)
    #expect(
      press(.enter, in: &state) == [.engine(.submit("my draft")), .engine(.run(maximumReply: 256))])
  }

  @Test("The screen shows the command in place of the draft, says that the draft is kept, then shows it again")
  func drawn() {
    var state = Fixtures.ready()
    Fixtures.type("my draft", &state)
    press(.escape, ":", in: &state)
    Fixtures.type("lay", &state)
    let line = render(state).line(22)
    #expect(line.hasPrefix(" › :lay"))
    #expect(line.trimmed.hasSuffix("the draft is kept"))
    press(.escape, in: &state)
    #expect(render(state).line(22).trimmed == "› my draft")
  }

  @Test("After a command the focus is where it was before", arguments: [AppState.Focus.input, .panes])
  func focus(_ focus: AppState.Focus) {
    var state = Fixtures.speaking()
    if focus == .panes { press(.escape, in: &state) }
    press(":", in: &state)
    Fixtures.type("layer 1", &state)
    press(.enter, in: &state)
    #expect(state.focus == focus)
    press(":", .escape, in: &state)
    #expect(state.focus == focus)
    press("/", in: &state)
    #expect(state.line.text == "/")
    press(.backspace, in: &state)
    #expect(!state.isCommanding)
    #expect(state.focus == focus)
    press(":", .home, .control("d"), in: &state)
    #expect(!state.isCommanding, "the ':' is deleted")
    #expect(state.focus == focus)
  }

  @Test("Within a draft, ':' and '/' are characters of the message")
  func charactersOfADraft() {
    var state = Fixtures.ready()
    Fixtures.type("a :b/", &state)
    #expect(!state.isCommanding)
    press(.home, in: &state)
    Fixtures.type(":", &state)
    #expect(press(.enter, in: &state).first == .engine(.submit(":a :b/")))
  }

  @Test("A wrong command stays on the command line; Esc keeps it in the history of commands")
  func wrongCommand() {
    var state = Fixtures.ready()
    Fixtures.type("draft", &state)
    press(.escape, ":", in: &state)
    Fixtures.type("layer 77", &state)
    press(.enter, in: &state)
    #expect(!state.isCommanding, "the command is well-formed; only the model rejects it")
    press(":", in: &state)
    Fixtures.type("layr 2", &state)
    press(.enter, in: &state)
    #expect(state.line.text == ":layr 2")
    #expect(state.notice?.isError == true)
    press(.escape, ":", .control("u"), in: &state)
    #expect(state.input.text == "draft")
  }

  @Test("Messages and commands have separate histories")
  func histories() {
    var state = Fixtures.ready()
    _ = Fixtures.enter(":layer 2", &state)
    _ = Fixtures.enter("Hello", &state)
    _ = update(&state, .replyEnded)
    _ = Fixtures.enter(":head 3", &state)
    press(.up, in: &state)
    #expect(state.input.text == "Hello")
    press(.up, in: &state)
    #expect(state.input.text == "Hello")
    press(.down, in: &state)
    press(":", .up, in: &state)
    #expect(state.line.text == ":head 3")
    press(.up, in: &state)
    #expect(state.line.text == ":layer 2")
    press(.down, .down, in: &state)
    #expect(state.line.text == ":")
  }

  @Test("Ctrl-C keeps a draft in the history and says so; ↑ returns it")
  func clearedDraft() {
    var state = Fixtures.ready()
    Fixtures.type("a long draft", &state)
    press(.control("c"), in: &state)
    #expect(state.input.isEmpty)
    #expect(state.notice?.text == "The line is cleared; ↑ returns it. Ctrl-D or :quit quits.")
    press(.up, in: &state)
    #expect(state.input.text == "a long draft")
  }

  @Test("A lesson begins with an empty line, and the draft is there again after it")
  func lessonKeepsDraft() throws {
    var state = Fixtures.ready()
    Fixtures.type("my draft", &state)
    let lesson = try #require(
      try LessonCatalog.lessons(bundles: [Repository.document("Lessons")], environment: [:]).first)
    _ = state.open(lesson)
    #expect(state.input.isEmpty)
    #expect(render(state).line(22).trimmed == "› an answer, or a word such as hint")
    _ = state.closeLesson()
    #expect(state.input.text == "my draft")
  }

  @Test("A mistyped command suggests the command with two characters swapped")
  func suggestion() {
    #expect(throws: CommandError.unknown(name: "hlep", suggestion: "help")) { try CommandTable.parse(":hlep") }
    #expect(throws: CommandError.unknown(name: "setp", suggestion: "step")) { try CommandTable.parse(":setp") }
  }

  @Test("The error of :head and :layer names the heads and layers of the model")
  func ranges() {
    var state = Fixtures.ready()
    _ = Fixtures.enter(":head", &state)
    #expect(state.notice?.text == ":head needs a head from 0 to 7.")
    state = Fixtures.ready()
    _ = Fixtures.enter(":layer x", &state)
    #expect(state.notice?.text == ":layer got 'x', it takes a layer from 0 to 5.")
  }

  @Test("Ctrl-Z suspends from every focus and over every panel")
  func suspends() {
    for keys in [[], [.escape], [.escape, "?"], [.escape, "?", "/"], [.escape, "n"], [.escape, "W"], [":"]] as [[Key]] {
      var state = Fixtures.speaking()
      for key in keys { press(key, in: &state) }
      #expect(press(.control("z"), in: &state) == [.app(.suspend)], "after \(keys)")
    }
    var state = Fixtures.speaking()
    _ = update(&state, .fileExists("a.json", .saveSession("a.json")))
    #expect(press(.control("z"), in: &state) == [.app(.suspend)])
  }
}
