import Lessons
import RetNet
import TerminalKit

/// The lessons' own part of the screen's state: the list, and the lesson that is open.
struct LessonState: Sendable {
  /// In the order of the list; nil until they have been read.
  var lessons: [Lesson]?
  var progress = LessonProgress()
  /// Why there are none, or what else was found.
  var problem: String?
  /// The line of the list that is selected.
  var line = 0
  /// The lesson that is being opened.
  var opening: Lesson?
  var open: OpenLesson?
  /// Whether the session outside is on its way back.
  var isLeaving = false
  /// What was due in the session outside while it was being set aside; carried out when it is back.
  var held: [Effect] = []

  /// Whether sessions are being changed: what is asked for now would reach the wrong one.
  var isChangingSession: Bool { isLeaving || opening != nil }

  /// A lesson's number in the list, from 1.
  func number(of lesson: Lesson) -> Int? { lessons?.firstIndex { $0.name == lesson.name }.map { $0 + 1 } }
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

/// A lesson on a session of its own; the session outside waits for its end.
struct OpenLesson: Sendable {
  /// What was said to the learner last.
  struct Feedback: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case right, wrong, note }

    var text: String
    var kind: Kind
  }

  var walk: LessonRun
  var feedback: Feedback?
  /// The view whose page stands beside the text.
  var beside = AppState.View.explorer
  /// Lines of the text above the first on show.
  var top = 0
  /// The lesson's commands that are still to be carried out before the learner's turn.
  var pending: [LessonCommand] = []
  /// Whether the step is being prepared: its commands, then what it tells of the laboratory.
  var isPreparing = true
  /// Whether the laboratory has been asked for what the step tells of it.
  var hasAsked = false
  /// Reports of the session that are on their way.
  var reportsAwaited = 0
  /// Whether the learner has changed the session, so that the next step has to bring it back.
  var isChanged = false
  /// Why numbers of the step are not known.
  var problems: [String] = []
  /// The app as it was when the lesson was opened: one.
  let outside: [AppState]

  init(_ walk: LessonRun, outside: AppState) {
    self.walk = walk
    self.outside = [outside]
  }
}
