import Lessons
import Testing

@testable import RetNet
@testable import RetNetTUI
@testable import TerminalKit

/// Whole screens, compared with the files in `Goldens/lessons`: the bundled lessons' texts on fixture step results.
@Suite("Lessons on screen: whole screens")
struct LessonGoldenTests {
  private func list(columns: Int, rows: Int) throws -> AppState {
    var state = Fixtures.ready(columns: columns, rows: rows)
    state.view = .lessons
    var shelf = LessonLibrary(lessons: try BundledLessonTests.lessons(), progress: LessonProgress())
    var first = LessonRun(shelf.lessons[0], at: 5)
    _ = first.explain(AppFacts(state))
    _ = first.next()
    shelf.progress.record(first)
    shelf.progress.record(LessonRun(shelf.lessons[3], at: 2))
    _ = update(&state, .lessons(shelf))
    return state
  }

  /// A step, from 0, of a bundled lesson with the numbers of the explorer's fixture.
  ///
  /// - Parameter page: the page beside the text, nil for the text alone.
  private func step(_ index: Int, of name: String, _ page: Explorer.Page?, columns: Int, rows: Int) throws -> AppState {
    var state = ExplorerFixtures.state(page ?? .overview, columns: columns, rows: rows)
    let lessons = try BundledLessonTests.lessons()
    (state.classroom.lessons, state.view, state.focus) = (lessons, .lessons, .input)
    (state.settings.layer, state.settings.head, state.probe) = (0, 0, Position(row: 3, column: 4))
    state.phase = .paused
    var open = OpenLesson(LessonRun(try LessonCatalog.lesson(name, among: lessons), at: index))
    open.isPreparing = false
    open.beside = page == nil ? .lessons : .explorer
    state.lesson = open
    return state
  }

  @Test(
    "The list shows finished lessons, the step to resume, and what the selected lesson teaches",
    arguments: ScreenFile.sizes)
  func listed(columns: Int, rows: Int) throws {
    expectScreen(try list(columns: columns, rows: rows), "lessons/list")
  }

  @Test("80×24, a question whose page would show the answer has the text alone")
  func question() throws {
    expectScreen(try step(3, of: "recurrence", nil, columns: 80, rows: 24), "lessons/question")
  }

  @Test("80×24, the same question after its answer has a rule and the page that shows the answer")
  func answered() throws {
    var state = try step(3, of: "recurrence", nil, columns: 80, rows: 24)
    _ = Fixtures.enter("why", &state)
    expectScreen(state, "lessons/answered")
  }

  @Test("160×50, a task has its page beside the text")
  func wideTask() throws {
    expectScreen(try step(4, of: "recurrence", .cell, columns: 160, rows: 50), "lessons/task")
  }

  @Test("A choice has its page beside the text", arguments: ScreenFile.sizes)
  func choice(columns: Int, rows: Int) throws {
    expectScreen(try step(5, of: "sum-to-state", .head, columns: columns, rows: rows), "lessons/choice")
  }

  @Test("160×50, a task with several conditions shows which are done")
  func conditions() throws {
    var state = try step(2, of: "norms", .head, columns: 160, rows: 50)
    state.settings.normChoices.norm2 = true
    expectScreen(state, "lessons/conditions")
  }

  @Test("80×24, W opens the symbols with their meanings, the step's symbols first")
  func symbols() throws {
    var state = try step(5, of: "sum-to-state", .head, columns: 80, rows: 24)
    state.focus = .panes
    _ = update(&state, .key(.character("W")))
    expectScreen(state, "lessons/symbols")
  }
}
