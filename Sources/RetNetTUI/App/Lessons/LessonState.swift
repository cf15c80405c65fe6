import Lessons
import TerminalKit

/// The list of lessons and the learner's progress in them.
struct LessonState: Sendable {
  /// In the order of the list; nil until they are read.
  var lessons: [Lesson]?
  var progress = LessonProgress()
  /// Why there are no lessons, or another problem.
  var problem: String?
  /// The selected line of the list.
  var line = 0
  var speech = LessonMessages.screen

  /// A lesson's number in the list, from 1.
  func number(of lesson: Lesson) -> Int? { lessons?.firstIndex { $0.name == lesson.name }.map { $0 + 1 } }

  /// The lesson from the step where the learner left it.
  func run(through lesson: Lesson) -> LessonRun { LessonRun(lesson, at: progress[lesson.name]?.step ?? 0) }
}

/// The settings that a lesson makes besides its requests to the engine.
struct LessonSetting: Sendable, Hashable {
  private var settings: ChatSettings
  private var probe: Position
  private var chunkLength: Int

  init(_ state: AppState) {
    (settings, probe, chunkLength) = (state.settings, state.probe, state.lab.chunkLength)
  }
}

/// An open lesson.
struct OpenLesson: Sendable {
  /// The last reply to the learner.
  struct Feedback: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case right, wrong, note }

    var text: String
    var kind: Kind
  }

  var walk: LessonRun
  var feedback: Feedback?
  /// The view of the page beside the text.
  var beside = AppState.View.explorer
  /// Lines of the text above the first visible one.
  var top = 0
  /// The lesson's commands that remain before the learner's turn.
  var pending: [LessonCommand] = []
  /// Whether the step is being prepared: its commands, then its readings of the laboratory.
  var isPreparing = true
  /// The number of prepared steps.
  var preparations = 0
  /// Whether the step's readings were requested from the laboratory.
  var hasAsked = false
  /// The number of pending session reports.
  var reportsAwaited = 0
  /// Whether the learner changed the session, so that the next step must restore it.
  var isChanged = false
  /// Why numbers of the step are unknown.
  var problems: [String] = []
  /// The last failed command of the lesson.
  var failure: LessonCommandError?

  init(_ walk: LessonRun) { self.walk = walk }
}

/// A failed command of a lesson.
struct LessonCommandError: Error, Equatable, Sendable, CustomStringConvertible {
  var command: String
  var reason: String

  var description: String { "The lesson's command '\(command)' fails: \(reason)" }
}
