import Lessons
import RetNet
import TerminalKit

/// What lessons do on the screen.
extension AppState {
  /// The view whose pages are on show: beside a lesson's text that of the page that belongs to it.
  var shownView: View { view == .lessons ? lesson?.beside ?? .lessons : view }

  /// Goes to a view; beside a lesson's text where one is on show.
  mutating func turn(to shown: View) {
    if view == .lessons, lesson != nil { lesson?.beside = shown } else { view = shown }
  }

  /// The lessons, or with a name the lesson that has it.
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

  /// Opens a lesson on its own session; the present one waits for its end, or ends if it is another lesson's.
  mutating func open(_ lesson: Lesson) -> [Effect] {
    var effects: [Effect] = []
    if self.lesson == nil {
      if phase == .running { effects = [.engine(.pause)] }
      if phase == .running { phase = .paused }
      // What the laboratory computes is dropped, and asked for again.
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

  /// Ends a lesson; the session that waited for its end continues as it was.
  mutating func closeLesson() -> [Effect] {
    guard lesson != nil, let outside = waitingSessions.popLast() else { return [] }
    let closed = session.id
    session = outside
    view = .lessons
    return [.engine(.closeSession(closed)), .engine(.set(.speed(settings.speed)))]
  }

  /// Whether the list of lessons is on show.
  var isChoosingLesson: Bool { view == .lessons && lesson == nil }
}
