import Lessons
import TerminalKit

/// The list of lessons and the learner's progress in them.
struct LessonState: Sendable {
  /// In the order of the list; nil until they have been read.
  var lessons: [Lesson]?
  var progress = LessonProgress()
  /// Why there are none, or what else was found.
  var problem: String?
  /// The line of the list that is selected.
  var line = 0
  var speech = LessonMessages.screen

  /// A lesson's number in the list, from 1.
  func number(of lesson: Lesson) -> Int? { lessons?.firstIndex { $0.name == lesson.name }.map { $0 + 1 } }

  /// Where the learner left the lesson.
  func run(through lesson: Lesson) -> LessonRun { LessonRun(lesson, at: progress[lesson.name]?.step ?? 0) }
}

/// What a lesson finds and sets on the screen beside the session.
struct LessonSetting: Sendable, Hashable {
  private var settings: ChatSettings
  private var probe: Position
  private var chunkLength: Int

  init(_ state: AppState) {
    (settings, probe, chunkLength) = (state.settings, state.probe, state.lab.chunkLength)
  }
}

/// A lesson that is open, on its own session.
struct OpenLesson: Sendable {
  /// What was said to the learner last.
  struct Feedback: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case right, wrong, note }

    var text: String
    var kind: Kind
  }

  var walk: LessonRun
  var feedback: Feedback?
  /// The view whose page is beside the text.
  var beside = AppState.View.explorer
  /// Lines of the text above the first on show.
  var top = 0
  /// The lesson's commands that are still to be carried out before the learner's turn.
  var pending: [LessonCommand] = []
  /// Whether the step is being prepared: its commands, then what it tells of the laboratory.
  var isPreparing = true
  /// How many steps were prepared.
  var preparations = 0
  /// Whether the laboratory has been asked for what the step tells of it.
  var hasAsked = false
  /// Reports of the session that are on their way.
  var reportsAwaited = 0
  /// Whether the learner has changed the session, so that the next step has to restore it.
  var isChanged = false
  /// Why numbers of the step are not known.
  var problems: [String] = []
  /// The last command of the lesson that was refused.
  var failure: LessonCommandError?

  init(_ walk: LessonRun) { self.walk = walk }
}

/// A command of a lesson that its session refuses.
struct LessonCommandError: Error, Equatable, Sendable, CustomStringConvertible {
  var command: String
  var reason: String

  var description: String { "The lesson's command '\(command)' fails: \(reason)" }
}
