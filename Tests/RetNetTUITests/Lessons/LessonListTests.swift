import Lessons
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// What the list of lessons takes, and what is asked while one is opened or left.
@Suite("Lessons on screen: the list")
struct LessonListTests {
  private func listed() throws -> AppState {
    var state = Fixtures.ready()
    state.view = .lessons
    #expect(try update(&state, .lessons(SmallLesson.shelf(open: nil))).isEmpty)
    return state
  }

  /// In a lesson, whose model is there.
  private func opened(_ name: String = "small") throws -> AppState {
    var state = try listed()
    _ = try update(&state, .lessons(SmallLesson.shelf(open: name)))
    _ = update(&state, .setAside)
    _ = update(&state, .modelLoaded(Fixtures.model))
    return state
  }

  @Test("Key 4 and :lesson ask for the lessons once, :lesson NAME for one of them")
  func asks() throws {
    var state = Fixtures.ready()
    _ = update(&state, .key(.escape))
    #expect(update(&state, .key(.character("4"))) == [.readLessons(open: nil)])
    #expect(state.view == .lessons)
    _ = try update(&state, .lessons(SmallLesson.shelf(open: nil)))
    for key in "14" { #expect(update(&state, .key(.character(key))).isEmpty) }
    #expect(state.view == .lessons)
    _ = update(&state, .key(.character("1")))
    state.focus = .input
    #expect(Fixtures.enter(":lesson", &state).isEmpty)
    #expect(state.view == .lessons)
    #expect(Fixtures.enter(":lesson second", &state) == [.readLessons(open: "second")])
    #expect(Fixtures.enter("2", &state) == [.readLessons(open: "2")])
  }

  @Test("↑ ↓ Home End choose, held within the list; Enter opens the chosen lesson")
  func keys() throws {
    for focus in [AppState.Focus.input, .panes] {
      var state = try listed()
      state.focus = focus
      for (key, line) in [(Key.down, 1), (.down, 2), (.down, 2), (.up, 1), (.up, 0), (.up, 0)] {
        _ = update(&state, .key(key))
        #expect(state.classroom.line == line)
      }
      state.focus = .panes
      for (key, line) in [(Key.end, 2), (.home, 0), (.down, 1)] {
        _ = update(&state, .key(key))
        #expect(state.classroom.line == line)
      }
      state.focus = focus
      #expect(update(&state, .key(.enter)) == [.openLesson(model: "tiny")])
      #expect(state.classroom.opening?.name == "second")
    }
  }

  @Test("A click chooses a lesson, a second one opens it; beside the list it does nothing")
  func clicks() throws {
    var state = try listed()
    let lines = render(state).fullText.split(separator: "\n", omittingEmptySubsequences: false)
    let row = try #require(lines.firstIndex { $0.contains(" 2 A small lesson") })
    func click(_ row: Int) -> [Effect] {
      update(&state, .key(.mouse(MouseEvent(row: row, column: 9, kind: .press))))
    }
    #expect(click(row).isEmpty)
    #expect(state.classroom.line == 1)
    #expect(state.classroom.opening == nil)
    #expect(click(row + 4).isEmpty)
    #expect(click(0).isEmpty)
    #expect(state.classroom.line == 1)
    #expect(click(row) == [.openLesson(model: "tiny")])
  }

  @Test("The lesson to go on with is chosen at first")
  func next() throws {
    var state = Fixtures.ready()
    var shelf = try SmallLesson.shelf(open: nil)
    shelf.progress.record(LessonRun(shelf.lessons[1], at: 2))
    _ = update(&state, .lessons(shelf))
    #expect(state.classroom.line == 1)
    state.view = .lessons
    #expect(render(state).text.contains("step 3 of 5"))
  }

  @Test("What the laboratory computes for the session outside is dropped, and asked for again")
  func laboratory() throws {
    var state = LabFixtures.state(.costs)
    let request = AnalysisRequest.costs(layer: 2, chunkLength: state.lab.chunkLength)
    state.settings.layer = 2
    #expect(update(&state, .settled).contains(.laboratory(request)))
    #expect(state.lab.isWaiting)
    let effects = try update(&state, .lessons(SmallLesson.shelf(open: "small")))
    #expect(effects == [.openLesson(model: "tiny")])
    #expect(effects[0].endsSession, "the queue drops what is computed before it")
    _ = update(&state, .setAside)
    _ = update(&state, .lessonLeft)
    _ = update(&state, .key(.escape))
    #expect(update(&state, .key(.character("3"))).contains(.laboratory(request)))
  }

  @Test("From 'quit' on nothing more is asked of a session until the one outside is back")
  func leaving() throws {
    // While the first step is being prepared.
    var state = try opened()
    #expect(state.classroom.open?.isPreparing == true)
    #expect(Fixtures.enter("quit", &state) == [.pause, .closeLesson])
    #expect(update(&state, .wasReset).isEmpty)
    #expect(update(&state, .settled).isEmpty)
    for _ in 0..<3 { #expect(update(&state, .session(SessionSummary(position: 0, length: 0))).isEmpty) }
    for line in [":norm3 paper", ":reset"] {
      #expect(Fixtures.enter(line, &state).isEmpty)
      #expect(state.notice?.text.contains("The lesson is being left") == true, "\(line)")
    }
    #expect(Fixtures.enter("quit", &state).isEmpty)
    #expect(update(&state, .lessonLeft) == [.setSpeed(Fixtures.ready().settings.speed)])
    #expect(state.classroom.open == nil)
    #expect(state.settings == Fixtures.ready().settings)

    // While its model is being read.
    state = try listed()
    _ = try update(&state, .lessons(SmallLesson.shelf(open: "small")))
    _ = update(&state, .setAside)
    #expect(Fixtures.enter("quit", &state) == [.closeLesson])
    #expect(update(&state, .modelLoaded(Fixtures.model)).isEmpty)
    #expect(update(&state, .lessonLeft) == [.setSpeed(Fixtures.ready().settings.speed)])
  }

  @Test("What is asked while the session is being set aside changes nothing, and the screen says so")
  func settingAside() throws {
    var state = try listed()
    _ = try update(&state, .lessons(SmallLesson.shelf(open: "small")))
    let settings = state.settings
    for line in [":norm3 paper", ":temperature 0", ":eps 0.1", ":gamma 0.5", ":reset", ":model tiny"] {
      #expect(Fixtures.enter(line, &state).isEmpty, "\(line)")
      #expect(state.settings == settings, "\(line)")
      #expect(state.notice?.text.contains("'A small lesson' is being opened") == true, "\(line)")
    }
    #expect(try update(&state, .lessons(SmallLesson.shelf(open: "second"))).isEmpty)
    #expect(state.classroom.opening?.name == "small", "one after the other")
    #expect(Fixtures.enter("", &state).isEmpty)
    #expect(Fixtures.enter("second", &state).isEmpty)
    _ = update(&state, .setAside)
    let begun = update(&state, .modelLoaded(Fixtures.model))
    #expect(begun.contains(.reset))
    #expect(state.classroom.open?.walk.lesson.name == "small")
  }

  @Test("What the session outside comes to by itself while it is set aside is done when it is back")
  func held() throws {
    func back(from state: inout AppState) -> [Effect] {
      _ = update(&state, .setAside)
      _ = update(&state, .modelLoaded(Fixtures.model))
      _ = Fixtures.enter("quit", &state)
      return update(&state, .lessonLeft)
    }
    // A model was being read when the lesson was asked for.
    var state = try listed()
    _ = try update(&state, .lessons(SmallLesson.shelf(open: "small")))
    var other = Fixtures.model
    other.name = "other"
    #expect(update(&state, .modelLoaded(other)).isEmpty)
    let effects = back(from: &state)
    #expect(state.model?.name == "other")
    #expect(
      effects == [
        .setSpeed(state.settings.speed), .setNorms(state.settings.norms), .setSampling(state.settings.sampling),
      ])
    // A reply reached its greatest length.
    state = LabFixtures.state(.costs)
    state.settings.maximumTokens = state.replyTokens + 1
    _ = try update(&state, .lessons(SmallLesson.shelf(open: "small")))
    let last = Fixtures.result(25, piece: "▁again", role: .reply, turn: 1, text: "again")
    #expect(update(&state, .result(last, seconds: 0.001)).isEmpty)
    #expect(state.phase == .ready)
    #expect(back(from: &state) == [.setSpeed(state.settings.speed), .stop])
  }

  @Test("A lesson that is opened from another one asks nothing of the session before")
  func fromAnother() throws {
    var state = try opened()
    #expect(try update(&state, .lessons(SmallLesson.shelf(open: "second"))) == [.openLesson(model: "tiny")])
    #expect(update(&state, .wasReset).isEmpty)
    #expect(update(&state, .settled).isEmpty)
    for _ in 0..<3 { #expect(update(&state, .session(SessionSummary(position: 0, length: 0))).isEmpty) }
    let begun = update(&state, .modelLoaded(Fixtures.model))
    #expect(begun.contains(.reset))
    #expect(state.classroom.open?.walk.lesson.name == "second")
  }
}
