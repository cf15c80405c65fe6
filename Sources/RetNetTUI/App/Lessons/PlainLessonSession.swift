import Lessons
import RetNet

/// A lesson without a learner, at the beginning of any of its steps.
@MainActor package final class PlainLessonSession {
  let lesson: Lesson
  private let core: AppCore

  /// - Throws: `PlainChatError` where the lesson's model cannot be read.
  package init(_ lesson: Lesson, loader: @escaping ModelLoader) async throws {
    self.lesson = lesson
    core = AppCore(
      AppState(columns: 80, rows: 24), loader: loader, environment: AppCore.Environment(saveProgress: { _ in }))
    try await perform(.lessons(LessonLibrary(lessons: [lesson], progress: LessonProgress(), opened: lesson)))
  }

  /// What is known of the session now.
  var facts: AppFacts { AppFacts(core.state) }

  /// Restores the session to where a step begins.
  ///
  /// - Returns: why numbers of the step are not known.
  /// - Throws: `LessonCommandError`, `PlainChatError`.
  func begin(step index: Int) async throws -> [String] {
    try await perform(.lessonStep(index))
    return core.state.lesson?.problems ?? []
  }

  /// A step as a learner finds it who has done what the lesson asks, with the numbers of the session.
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
