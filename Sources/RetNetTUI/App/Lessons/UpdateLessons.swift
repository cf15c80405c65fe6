import Lessons
import RetNet
import TerminalKit

/// Lessons on the screen.
extension AppState {
  /// The visible view; beside a lesson's text, the view of its page.
  var shownView: View { view == .lessons ? lesson?.beside ?? .lessons : view }

  /// Shows a view, beside the lesson's text if one is open.
  mutating func turn(to shown: View) {
    if view == .lessons, lesson != nil { lesson?.beside = shown } else { view = shown }
  }

  /// Shows the list of lessons, or the lesson of this name.
  mutating func showLessons(_ name: String? = nil) -> [Effect] {
    view = .lessons
    return classroom.lessons == nil || name != nil ? [.app(.readLessons(open: name))] : []
  }

  mutating func receive(_ library: LessonLibrary) -> [Effect] {
    (classroom.lessons, classroom.progress, classroom.problem) = (library.lessons, library.progress, library.problem)
    let next = library.progress.next(of: library.lessons)
    classroom.line = next.flatMap { classroom.number(of: $0) }.map { $0 - 1 } ?? 0
    if let refusal = library.refusal { say(refusal, isError: true) }
    return library.opened.map { open($0) } ?? []
  }

  // MARK: Sessions

  /// Opens a lesson in its own session. The current session waits for its end, or closes if it belongs to a lesson.
  mutating func open(_ lesson: Lesson) -> [Effect] {
    var effects: [Effect] = []
    if self.lesson == nil {
      if phase == .running { effects = [.engine(.pause)] }
      if phase == .running { phase = .paused }
      // Pending questions are dropped and sent again later.
      lab.forgetQuestions()
      waitingSessions.append(session)
    } else {
      effects = [.engine(.closeSession(session.id))]
    }
    let speed = settings.speed
    lastSession += 1
    session = Session(
      id: lastSession, phase: .loading(lesson.model), lesson: OpenLesson(classroom.run(through: lesson)))
    settings.speed = speed
    (view, focus) = (.lessons, .input)
    return effects + [.engine(.loadModel(lesson.model, for: .lesson))]
  }

  /// Ends a lesson. The waiting session resumes.
  mutating func closeLesson() -> [Effect] {
    guard lesson != nil, let outside = waitingSessions.popLast() else { return [] }
    let closed = session.id
    session = outside
    view = .lessons
    return [.engine(.closeSession(closed)), .engine(.set(.speed(settings.speed)))]
  }
}
