import Lessons
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// Keys and clicks on the list of lessons, and the effects of opening and leaving one.
@Suite("Lessons on screen: the list")
struct LessonListTests {
  private static let opens = Effect.engine(.loadModel("tiny", for: .lesson))
  private static let leaves: [Effect] = [
    .engine(.closeSession(1)), .engine(.set(.speed(Fixtures.ready().settings.speed))),
  ]

  private func listed() throws -> AppState {
    var state = Fixtures.ready()
    state.view = .lessons
    #expect(try update(&state, .lessons(SmallLesson.shelf(open: nil))).isEmpty)
    return state
  }

  /// In a lesson whose model is loaded.
  private func opened(_ name: String = "small") throws -> AppState {
    var state = try listed()
    _ = try update(&state, .lessons(SmallLesson.shelf(open: name)))
    _ = update(&state, .modelLoaded(Fixtures.model))
    return state
  }

  @Test("Key 4 and :lesson read the lessons once; :lesson NAME opens one of them")
  func asks() throws {
    var state = Fixtures.ready()
    _ = update(&state, .key(.escape))
    #expect(update(&state, .key(.character("4"))) == [.app(.readLessons(open: nil))])
    #expect(state.view == .lessons)
    _ = try update(&state, .lessons(SmallLesson.shelf(open: nil)))
    for key in "14" { #expect(update(&state, .key(.character(key))).isEmpty) }
    #expect(state.view == .lessons)
    _ = update(&state, .key(.character("1")))
    state.focus = .input
    #expect(Fixtures.enter(":lesson", &state).isEmpty)
    #expect(state.view == .lessons)
    #expect(Fixtures.enter(":lesson second", &state) == [.app(.readLessons(open: "second"))])
    #expect(Fixtures.enter("2", &state) == [.app(.readLessons(open: "2"))])
  }

  @Test("↑ ↓ Home End select, clamped to the list; Enter opens the selected lesson")
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
      #expect(update(&state, .key(.enter)) == [Self.opens])
      #expect(state.lesson?.walk.lesson.name == "second")
    }
  }

  @Test("A click selects a lesson, a second one opens it; a click outside the list does nothing")
  func clicks() throws {
    var state = try listed()
    let lines = render(state).fullText.split(separator: "\n", omittingEmptySubsequences: false)
    let row = try #require(lines.firstIndex { $0.contains(" 2 A small lesson") })
    func click(_ row: Int) -> [Effect] {
      update(&state, .key(.mouse(MouseEvent(row: row, column: 9, kind: .press))))
    }
    #expect(click(row).isEmpty)
    #expect(state.classroom.line == 1)
    #expect(state.lesson == nil)
    #expect(click(row + 4).isEmpty)
    #expect(click(0).isEmpty)
    #expect(state.classroom.line == 1)
    #expect(click(row) == [Self.opens])
  }

  @Test("An unknown lesson is an error beside the list, also before the lessons were read")
  @MainActor func unknownName() throws {
    struct Unknown: Error, CustomStringConvertible { let description = "There is no lesson 'nope'." }
    let core = AppCore(
      Fixtures.ready(), loader: { _, _ in throw Unknown() },
      environment: AppCore.Environment(readLessons: {
        if $0 != nil { throw Unknown() }
        return try SmallLesson.shelf(open: nil)
      }))
    for character in ":lesson nope" { core.receive(.key(.character(character))) }
    core.receive(.key(.enter))
    #expect(core.state.notice == AppState.Notice(text: "There is no lesson 'nope'.", isError: true))
    #expect(core.state.classroom.lessons?.count == 3)
    #expect(!render(core.state).text.contains("are being read"))
  }

  @Test("The lesson to resume is selected first")
  func next() throws {
    var state = Fixtures.ready()
    var shelf = try SmallLesson.shelf(open: nil)
    shelf.progress.record(LessonRun(shelf.lessons[1], at: 2))
    _ = update(&state, .lessons(shelf))
    #expect(state.classroom.line == 1)
    state.view = .lessons
    #expect(render(state).text.contains("step 3 of 5"))
  }

  @Test("Opening a lesson cancels the conversation's laboratory request, and returning repeats it")
  func laboratory() throws {
    var state = LabFixtures.state(.costs)
    let request = AnalysisRequest.costs(layer: 2, chunkLength: state.lab.chunkLength)
    state.settings.layer = 2
    #expect(update(&state, .settled).contains(.analysis(.laboratory(request))))
    #expect(state.lab.isWaiting)
    #expect(try update(&state, .lessons(SmallLesson.shelf(open: "small"))) == [Self.opens])
    #expect(EngineRequest.loadModel("tiny", for: .lesson).consequences.contains(.cancelsLaboratory))
    _ = Fixtures.enter("quit", &state)
    _ = update(&state, .key(.escape))
    #expect(update(&state, .key(.character("3"))).contains(.analysis(.laboratory(request))))
  }

  @Test("'quit' restores the conversation at once; later events of the lesson's session are dropped")
  func leaving() throws {
    // The first step is being prepared.
    var state = try opened()
    #expect(state.lesson?.isPreparing == true)
    #expect(Fixtures.enter("quit", &state) == Self.leaves)
    #expect(state.lesson == nil)
    #expect(state.settings == Fixtures.ready().settings)
    #expect(state.view == .lessons)
    #expect(state.waitingSessions.isEmpty)
    let summary = SessionSummary(position: 3, length: 3)
    for event in [AppEvent.wasReset, .settled, .session(summary)] {
      #expect(update(&state, event, in: 1).isEmpty)
      #expect(state.explorer.session != summary)
    }

    // The lesson's model is loading.
    state = try listed()
    _ = try update(&state, .lessons(SmallLesson.shelf(open: "small")))
    #expect(Fixtures.enter("quit", &state) == Self.leaves)
    #expect(update(&state, .modelLoaded(Fixtures.model), in: 1).isEmpty)
  }

  @Test("Commands do not reach the conversation while the lesson's model loads")
  func loading() throws {
    var state = try listed()
    let settings = state.settings
    _ = try update(&state, .lessons(SmallLesson.shelf(open: "small")))
    for line in [":norm3 paper", ":temperature 0", ":eps 0.1", ":gamma 0.5", ":reset", ":model tiny"] {
      #expect(Fixtures.enter(line, &state).isEmpty, "\(line)")
      #expect(state.notice?.isError == true, "\(line)")
    }
    let begun = update(&state, .modelLoaded(Fixtures.model), in: 1)
    #expect(begun.contains(.engine(.reset)))
    #expect(state.lesson?.walk.lesson.name == "small")
    _ = Fixtures.enter("quit", &state)
    #expect(state.settings == settings)
  }

  @Test("Events of the conversation and their requests stay with it while a lesson is open")
  func outside() throws {
    // A model is loading when the lesson opens.
    var state = try listed()
    _ = try update(&state, .lessons(SmallLesson.shelf(open: "small")))
    var other = Fixtures.model
    other.name = "other"
    let requests: [Effect] = [
      .engine(.set(.norms(state.settings.norms))), .engine(.set(.sampling(state.settings.sampling))),
    ]
    #expect(update(&state, .modelLoaded(other), in: 0) == requests)
    #expect(state.model == nil)
    #expect(state.lesson != nil)
    _ = Fixtures.enter("quit", &state)
    #expect(state.model?.name == "other")
    // A reply ends with an error.
    state = LabFixtures.state(.costs)
    _ = try update(&state, .lessons(SmallLesson.shelf(open: "small")))
    #expect(update(&state, .failed("Layer 2 is NaN."), in: 0) == [.engine(.stop)])
    #expect(state.waitingSessions[0].phase == .ready)
    #expect(state.result == nil)
  }

  @Test("A lesson opened from another one replaces it")
  func fromAnother() throws {
    var state = try opened()
    let effects = try update(&state, .lessons(SmallLesson.shelf(open: "second")))
    #expect(effects == [.engine(.closeSession(1)), Self.opens])
    #expect(state.waitingSessions.count == 1)
    #expect(update(&state, .wasReset, in: 1).isEmpty)
    #expect(update(&state, .settled, in: 1).isEmpty)
    let begun = update(&state, .modelLoaded(Fixtures.model), in: 2)
    #expect(begun.contains(.engine(.reset)))
    #expect(state.lesson?.walk.lesson.name == "second")
  }

  @Test("An unknown lesson gives an error above the list")
  func unknown() throws {
    var state = Fixtures.ready()
    var shelf = try SmallLesson.shelf(open: nil)
    shelf.refusal = "There is no lesson 'nope'."
    #expect(Fixtures.enter(":lesson nope", &state) == [.app(.readLessons(open: "nope"))])
    #expect(update(&state, .lessons(shelf)).isEmpty)
    #expect(state.notice == AppState.Notice(text: "There is no lesson 'nope'.", isError: true))
    #expect(render(state).text.contains("A small lesson"))
    #expect(state.lesson == nil)
  }
}
