import Testing

@testable import Lessons
@testable import RetNet
@testable import RetNetTUI

/// Lessons on the screen, with an engine that replays the fixture conversation.
@Suite("Lessons on screen")
@MainActor struct LessonViewTests {
  private let models = FakeModels()

  private func session(speed: Double? = nil) async throws -> LessonSession {
    let session = LessonSession(speed: speed, loader: models.loader, shelf: SmallLesson.shelf)
    session.carryOut(.loadModel("tiny", for: .conversation))
    try await session.wait("the model") { $0.phase == .ready }
    return session
  }

  /// In a step of the small lesson, from 0.
  private func lesson(step: Int = 0, speed: Double? = nil) async throws -> LessonSession {
    let session = try await session(speed: speed)
    session.enter(":lesson small")
    try await session.wait(forStep: 0)
    for index in 0..<step {
      session.enter("why")
      session.enter("next")
      try await session.wait(forStep: index + 1)
    }
    return session
  }

  private func feedback(_ session: LessonSession) -> OpenLesson.Feedback? { session.state.lesson?.feedback }

  /// How often the lesson's engine was reset.
  private func resets() async throws -> Int {
    try #require(await models.engines.last?.asked).filter { $0 == "reset" }.count
  }

  // MARK: The session outside

  /// A finished reply, open in the explorer with changed settings.
  private func conversation() async throws -> LessonSession {
    let session = try await session()
    session.enter("Do you like old films?")
    try await session.wait("the reply ends") { $0.phase == .ready && $0.position == 25 }
    for line in [":norm3 paper", ":layer 4", ":head 6", ":probe 3 9", ":chunk 5", ":explore cell", ":goto 11"] {
      session.enter(line)
    }
    try await session.wait("the step result") { $0.position == 12 && $0.unsettled == 0 && $0.explorer.before != nil }
    return session
  }

  /// Compared here, because a failed expectation would print every entry of every matrix.
  private func isAs(_ kept: KeptSession, _ session: LessonSession) -> Bool { KeptSession(session.state) == kept }

  private func outsideIsUntouched() async throws -> Bool {
    let asked = try #require(await models.engines.first?.asked)
    return !asked.contains("reset") && asked.filter { $0.hasPrefix("submit") } == ["submit Do you like old films?"]
  }

  @Test("A lesson has its own session; 'quit' restores the conversation unchanged")
  func quit() async throws {
    let session = try await conversation()
    let kept = KeptSession(session.state)
    session.enter(":lesson small")
    try await session.wait(forStep: 0)
    #expect(session.state.position == 8)
    #expect(session.state.settings.layer == 1)
    #expect(session.state.settings.head == 2)
    #expect(session.state.settings.norms == Fixtures.model.norms, "the lesson has the model's norms")
    session.enter(":scale 0.5")
    session.enter(":explore decay")
    session.enter(":step")
    try await session.wait(forStep: 0)
    session.press(.resize(columns: 100, rows: 30))
    session.enter("quit")
    try await session.waitOutside()
    #expect(isAs(kept, session))
    #expect(session.state.columns == 100)
    #expect(session.state.rows == 30)
    #expect(session.state.view == .lessons)
    #expect(try await outsideIsUntouched())
    session.enter(":back")
    try await session.wait("the session resumes") { $0.position == 11 }
  }

  @Test("In the panes the footer names the page's keys and that Enter continues the lesson")
  func footer() async throws {
    let session = try await lesson()
    session.enter(":explore head")
    session.press(.escape)
    session.press(.resize(columns: 100, rows: 30))
    let footer = try #require(render(session.state).text.split(separator: "\n").last)
    #expect(footer.contains("Enter continues"))
    #expect(footer.contains("hjkl x probe"))
    #expect(!footer.contains("Enter cell"))
  }

  @Test("A lesson pauses a running reply, which resumes after it")
  func running() async throws {
    let session = try await session(speed: 1)
    session.enter("Do you like old films?")
    try await session.wait("the reply has begun") { $0.position > 9 }
    session.enter(":lesson small")
    try await session.wait(forStep: 0)
    #expect(session.state.position == 8)
    session.enter("quit")
    try await session.waitOutside()
    let position = session.state.position
    #expect(session.state.phase == .paused)
    #expect(position > 9)
    #expect(position < 25)
    #expect(session.state.tokens.entries.map(\.index) == Array(0..<position))
    session.press(.character(" "))
    try await session.wait("the reply ends") { $0.phase == .ready }
    #expect(session.state.position == 25)
    #expect(
      session.state.transcript.lastReply == "Yes, I love them. I saw one last week about a dog who finds his way home")
    #expect(try await outsideIsUntouched())
  }

  @Test("If the lesson's model cannot be opened, the conversation returns with the reason as a notice")
  func lost() async throws {
    let session = try await conversation()
    let kept = KeptSession(session.state)
    session.enter(":lesson lost")
    try await session.wait("the reason") { $0.notice?.isError == true && $0.lesson == nil }
    #expect(session.state.notice?.text.contains("'nowhere'") == true)
    #expect(session.state.lesson == nil)
    #expect(isAs(kept, session))
    session.enter(":lesson small")
    try await session.wait(forStep: 0)
  }

  @Test("Opening a lesson from another one leaves the conversation unchanged, even if its model is missing")
  func another() async throws {
    let session = try await conversation()
    let kept = KeptSession(session.state)
    session.enter(":lesson small")
    try await session.wait(forStep: 0)
    session.enter("next")
    try await session.wait(forStep: 1)
    session.enter(":lesson second")
    try await session.wait(forStep: 0, of: "second")
    #expect(session.state.position == 8)
    session.enter(":lesson small")
    try await session.wait(forStep: 1, of: "small")
    #expect(session.state.position == 9, "it resumes at the same step")
    session.enter("quit")
    try await session.waitOutside()
    #expect(isAs(kept, session))
    session.enter(":lesson second")
    try await session.wait(forStep: 0, of: "second")
    session.enter(":lesson lost")
    try await session.waitOutside()
    #expect(session.state.notice?.text.contains("'nowhere'") == true)
    #expect(isAs(kept, session))
    #expect(try await outsideIsUntouched())
  }

  @Test("A setting changed while the lesson's model loads reaches neither engine")
  func instant() async throws {
    let session = try await conversation()
    let kept = KeptSession(session.state)
    let asked = try #require(await models.engines.first?.asked)
    session.enter(":lesson small")
    #expect(session.state.lesson != nil)
    #expect(session.state.model == nil)
    session.enter(":norm3 torchscale")
    #expect(session.state.notice?.isError == true)
    try await session.wait(forStep: 0)
    #expect(try #require(await models.engines.last?.asked).allSatisfy { $0 != "norms torchscale" })
    session.enter("quit")
    try await session.waitOutside()
    #expect(isAs(kept, session))
    #expect(try #require(await models.engines.first?.asked) == asked)
  }

  @Test("An unknown lesson gives an error that names the available ones")
  func unknown() async throws {
    let session = try await session()
    session.enter(":lesson nothing")
    #expect(session.state.notice?.isError == true)
    #expect(session.state.notice?.text.contains("small, second, lost") == true)
    #expect(session.state.lesson == nil)
  }

  @Test("A lesson rejects :model and :open-session")
  func refused() async throws {
    let session = try await lesson()
    for line in [":model tiny", ":open-session /nowhere.json"] {
      session.enter(line)
      #expect(session.state.notice?.isError == true)
      #expect(session.state.notice?.text.contains("'quit'") == true)
    }
    #expect(models.engines.count == 2)
    #expect(session.state.position == 8)
  }

  // MARK: Words

  @Test("next and Enter continue, back goes back; a question must be answered or explained first")
  func continuing() async throws {
    let session = try await lesson()
    for (line, step) in [("next", 1), ("back", 0), ("NEXT", 1), ("Back", 0), ("", 1), ("next", 2)] {
      session.enter(line)
      try await session.wait(forStep: step)
      #expect(session.state.position == [8, 9, 9][step])
    }
    for line in ["next", ""] {
      session.enter(line)
      #expect(session.state.notice?.text.hasPrefix("Answer first") == true)
    }
    session.enter("back")
    try await session.wait(forStep: 1)
    session.enter("back")
    try await session.wait(forStep: 0)
    session.enter("back")
    #expect(session.state.notice?.text == "This is the first step.")
  }

  @Test("Continuing before a step is prepared skips none of its commands")
  func hurried() async throws {
    let session = try await lesson()
    session.enter("next")
    #expect(session.state.lesson?.isPreparing == true)
    session.enter("next")
    try await session.wait(forStep: 2)
    #expect(session.state.position == 9)
    #expect(session.state.settings.sampling.temperature == 0)
  }

  @Test("hint gives the hints in order, why the solution, ?S the meaning of S")
  func help() async throws {
    let session = try await lesson(step: 2)
    session.enter("hint")
    #expect(feedback(session)?.text == "Hint: Count them.")
    session.enter("hint")
    #expect(feedback(session)?.text.hasPrefix("That was the last hint") == true)
    session.enter("?S")
    #expect(try feedback(session)?.text == #require(Glossary.entry("S")).text)
    session.enter("?")
    #expect(session.state.overlay == .glossary(top: 0))
    session.press(.escape)
    session.enter("why")
    #expect(feedback(session)?.text == "The answer is 9. There are 9. Enter continues.")
    session.enter("next")
    try await session.wait(forStep: 3)
    session.enter("hint")
    #expect(feedback(session)?.text == "There is no hint here.")
    session.enter("next")
    #expect(session.state.notice?.text.hasPrefix("Do what the step asks first") == true)
    session.enter("why")
    #expect(feedback(session)?.text.contains(":step") == true)
  }

  @Test("Numbers and choices are right, wrong with the reason, or not an answer")
  func answers() async throws {
    let session = try await lesson(step: 2)
    for (line, kind, text) in [
      ("nine", OpenLesson.Feedback.Kind.note, "Can't read 'nine'"), ("8", .wrong, "You left out one."),
      ("100", .wrong, "too large"), ("3^2", .right, "There are 9. Enter continues."),
    ] {
      session.enter(line)
      #expect(feedback(session)?.kind == kind, "\(line)")
      #expect(feedback(session)?.text.contains(text) == true, "\(line)")
    }
    #expect(render(session.state).text.contains("Right. There are 9."))
    session.enter("")
    try await session.wait(forStep: 3)
    session.enter("why")
    session.enter("")
    try await session.wait(forStep: 4)
    for (line, kind, text) in [
      ("c", OpenLesson.Feedback.Kind.note, "a, b"), ("b", .wrong, "It has rows."), ("A", .right, "Right."),
    ] {
      session.enter(line)
      #expect(feedback(session)?.kind == kind, "\(line)")
      #expect(feedback(session)?.text.contains(text) == true, "\(line)")
    }
  }

  // MARK: The session inside

  @Test("A key and a command both complete an awaited action", arguments: [false, true])
  func action(byKey: Bool) async throws {
    let session = try await lesson(step: 3)
    #expect(feedback(session) == nil)
    if byKey { session.press(.right) } else { session.enter(":step") }
    try await session.wait("the action is complete") { $0.lesson?.feedback != nil }
    #expect(feedback(session) == .init(text: "Done. Now there are 10. Enter continues.", kind: .right))
    session.enter("")
    try await session.wait(forStep: 4)
    #expect(session.state.position == 10, "the lesson's own commands repeat the action")
  }

  @Test("An unchanged session continues; a changed one restarts at the next step or with 'again'")
  func changes() async throws {
    let session = try await lesson()
    let begun = try await resets()
    session.enter(":explore decay")
    session.enter("hint")
    session.enter("next")
    try await session.wait(forStep: 1)
    #expect(try await resets() == begun)
    session.enter(":step")
    try await session.wait("the step") { $0.position == 10 }
    session.enter("next")
    try await session.wait(forStep: 2)
    #expect(try await resets() == begun + 2, "reset, then read again")
    #expect(session.state.position == 9)
    session.enter(":layer 5")
    session.enter(":norm3 paper")
    session.enter("again")
    try await session.wait(forStep: 2)
    #expect(session.state.settings.layer == 1)
    #expect(session.state.settings.norms == Fixtures.model.norms)
    session.enter(":head 7")
    session.enter("9")
    session.enter("next")
    try await session.wait(forStep: 3)
    #expect(session.state.settings.head == 2)
  }

  @Test("again, back and quit do not wait for a running reply", arguments: ["again", "back", "quit"])
  func runningInside(word: String) async throws {
    let session = try await lesson(step: 1, speed: 1)
    session.press(.character(" "))
    try await session.wait("it runs") { $0.position > 9 }
    session.enter(word)
    if word == "quit" {
      try await session.waitOutside()
    } else {
      try await session.wait(forStep: word == "back" ? 0 : 1)
    }
    // The whole reply would take 15 seconds; the fake engine records how far it came.
    let engine = try #require(models.engines.last)
    #expect(await engine.session.length < 25)
  }

  @Test("If the previous state cannot be computed, a step that uses it still opens and shows the reason")
  func noStateBefore() async throws {
    let text = SmallLesson.text.replacing("old films?\"]", with: "old films?\", \":goto 5\"]")
      .replacing("read {position} tokens", with: "{before(1, 2, 0, 0)} at {position - 1}")
    let lesson = try LessonReader.lesson(text, file: "small.yaml", checks: LessonCatalog.checks).get()
    let engine = FakeEngine(ExplorerFixtures.results, knowsPast: false)
    let session = LessonSession(loader: { _, _ in LoadedModel(info: Fixtures.model, engine: engine) }) { _ in
      LessonLibrary(lessons: [lesson], progress: LessonProgress(), opened: lesson)
    }
    session.enter(":lesson small")
    try await session.wait(forStep: 0)
    let shown = try #require(LessonLayout(session.state).pane).text.joined(separator: "\n")
    #expect(session.state.position == 6)
    #expect(shown.contains("? at 5"))
    #expect(shown.contains("before is not known here"))
    #expect(session.state.notice?.text == "Layer 2 is NaN.")
    #expect(await engine.asked.filter { $0 == "state" }.count == 1, "it is not requested again")
    session.enter("next")
    try await session.wait(forStep: 1)
  }

  @Test("The step's page is beside the text; page keys change it and stay in the lesson")
  func pages() async throws {
    let session = try await lesson()
    #expect(session.state.shownView == .explorer)
    #expect(session.state.explorer.page == .cell)
    session.press(.escape)
    session.press(.character("o"))
    #expect(session.state.view == .lessons)
    #expect(session.state.explorer.page == .overview)
    session.press(.character("D"))
    #expect(session.state.view == .lessons)
    #expect(session.state.shownView == .forms)
    session.press(.character("2"))
    #expect(session.state.view == .lessons)
    #expect(session.state.shownView == .explorer)
    session.press(.character("1"))
    #expect(session.state.view == .live)
    #expect(session.state.lesson != nil)
    session.press(.character("4"))
    #expect(session.state.view == .lessons)
    #expect(session.state.shownView == .explorer)
    for (step, page) in [(1, Explorer.Page.decay), (2, .reading)] {
      session.enter("next")
      try await session.wait(forStep: step)
      #expect(session.state.shownView == .explorer)
      #expect(session.state.explorer.page == page)
    }
    session.enter("9")
    session.enter("next")
    try await session.wait(forStep: 3)
    #expect(session.state.shownView == .forms)
    #expect(session.state.lab.page == .dialects)
  }

  @Test("The page after the answer appears only with the right answer, the action or the explanation")
  func pageAfter() async throws {
    let session = try await lesson(step: 2)
    func shows(_ view: AppState.View, _ page: Explorer.Page? = nil) -> Bool {
      session.state.shownView == view && page.map { session.state.explorer.page == $0 } != false
    }
    session.enter("8")
    session.enter("hint")
    #expect(shows(.explorer, .reading), "not after a wrong answer or a hint")
    session.enter("9")
    #expect(shows(.explorer, .cell))
    session.enter("next")
    try await session.wait(forStep: 3)
    #expect(shows(.forms))
    session.enter("back")
    try await session.wait(forStep: 2)
    #expect(shows(.explorer, .reading), "a revisited question is open again")
    session.enter("9")
    session.enter("next")
    try await session.wait(forStep: 3)
    session.enter(":step")
    try await session.wait("the action is complete") { $0.lesson?.feedback != nil }
    #expect(shows(.explorer, .decay))
    session.enter("next")
    try await session.wait(forStep: 4)
    #expect(shows(.lessons))
    session.enter("why")
    #expect(shows(.explorer, .head))
  }

  @Test("Without a page the text fills the window; a page key opens a page beside it")
  func noPage() async throws {
    let session = try await lesson(step: 4)
    for (columns, rows) in [(80, 24), (160, 50)] {
      session.press(.resize(columns: columns, rows: rows))
      let layout = LessonLayout(session.state)
      #expect(layout.beside.isEmpty)
      #expect(layout.text.rows == rows - 4 - 2, "all but the token strip")
      #expect(!render(session.state).text.contains("│ Head"))
    }
    session.press(.escape)
    session.press(.character("o"))
    #expect(session.state.shownView == .explorer)
    #expect(!LessonLayout(session.state).beside.isEmpty)
  }

  @Test("Every step saves progress, the last one marks the lesson finished; Enter then opens the next lesson")
  func progress() async throws {
    let session = try await lesson(step: 4)
    #expect(session.saved.map { $0["small"]?.step } == [0, 1, 2, 3, 4])
    session.enter("a")
    session.enter("next")
    #expect(session.saved.last?["small"] == LessonProgress.Entry(step: 0, isFinished: true))
    #expect(session.state.lesson?.walk.isFinished == true)
    session.enter("")
    try await session.wait(forStep: 0, of: "second")
    #expect(session.saved.last?.last == "second")
    #expect(session.saved.last?["small"]?.isFinished == true)
  }
}
