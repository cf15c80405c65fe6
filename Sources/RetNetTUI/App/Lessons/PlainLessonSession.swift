import Lessons
import RetNet

/// Runs a lesson without a learner, up to the beginning of any step.
@MainActor package final class PlainLessonSession {
  let lesson: Lesson
  private let core: AppCore

  /// - Throws: `PlainChatError` if the lesson's model cannot be read.
  package init(_ lesson: Lesson, loader: @escaping ModelLoader) async throws {
    self.lesson = lesson
    core = AppCore(
      AppState(columns: 80, rows: 24), loader: loader, environment: AppCore.Environment(saveProgress: { _ in }))
    try await perform(.lessons(LessonLibrary(lessons: [lesson], progress: LessonProgress(), opened: lesson)))
  }

  /// The current values of the session.
  var facts: AppFacts { AppFacts(core.state) }

  /// Restores the session to the beginning of a step.
  ///
  /// - Returns: why numbers of the step are unknown.
  /// - Throws: `LessonCommandError`, `PlainChatError`.
  func begin(step index: Int) async throws -> [String] {
    try await perform(.lessonStep(index))
    return core.state.lesson?.problems ?? []
  }

  /// A step as a learner sees it after completing the steps before, with the numbers of the session.
  ///
  /// - Throws: `LessonCommandError`, `PlainChatError`.
  package func page(of index: Int) async throws -> LessonPage {
    let missing = try await begin(step: index)
    return LessonPage(LessonRun(lesson, at: index), number: nil, of: 0, facts: facts).adding(missing)
  }

  /// Carries out commands of the lesson.
  ///
  /// - Throws: `LessonCommandError`, `PlainChatError`.
  func run(_ commands: [LessonCommand]) async throws {
    try await perform(.lessonCommands(commands))
  }

  private func perform(_ event: AppEvent) async throws {
    core.failure = nil
    core.receive(event)
    await core.finish()
    if let failure = core.state.lesson?.failure { throw failure }
    if let failure = core.failure { throw PlainChatError(failure) }
  }
}
