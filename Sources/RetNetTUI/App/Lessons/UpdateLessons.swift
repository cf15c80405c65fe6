import Lessons
import RetNet
import TerminalKit

/// What lessons do on the screen.
extension AppState {
  /// The view whose pages are on show: beside a lesson's text that of the page that belongs to it.
  var shownView: View { view == .lessons ? classroom.open?.beside ?? .lessons : view }

  /// Goes to a view; beside a lesson's text where one is on show.
  mutating func turn(to shown: View) {
    if view == .lessons, classroom.open != nil { classroom.open?.beside = shown } else { view = shown }
  }

  /// The lessons, or with a name the lesson that has it.
  mutating func showLessons(_ name: String? = nil) -> [Effect] {
    view = .lessons
    return classroom.lessons == nil || name != nil ? [.readLessons(open: name)] : []
  }

  mutating func receive(_ lessons: LessonLibrary) -> [Effect] {
    (classroom.lessons, classroom.progress, classroom.problem) = (lessons.lessons, lessons.progress, lessons.problem)
    let next = lessons.progress.next(of: lessons.lessons)
    classroom.line = next.flatMap { classroom.number(of: $0) }.map { $0 - 1 } ?? 0
    guard let lesson = lessons.opened else { return [] }
    return open(lesson)
  }

  mutating func open(_ lesson: Lesson) -> [Effect] {
    guard !classroom.isChangingSession else {
      sayChangingSession()
      return []
    }
    view = .lessons
    classroom.opening = lesson
    let pause: [Effect] = phase == .running ? [.pause] : []
    if phase == .running { phase = .paused }
    if classroom.open != nil { phase = .loading(lesson.model) }
    lab.forgetQuestions()
    return pause + [.openLesson(model: lesson.model)]
  }

  // MARK: While sessions are being changed

  /// What was decided while sessions are being changed, without what would reach the wrong one: a key is taken back and
  /// the user told so, what the session outside has come to by itself is held until it is back, and a lesson that is left
  /// needs nothing more.
  ///
  /// - Parameter before: the app before the event.
  mutating func keepApart(_ effects: [Effect], of event: AppEvent, _ before: AppState) -> [Effect] {
    let allowed = effects.filter { $0.isBesideSession || $0 == .closeLesson }
    guard allowed.count < effects.count, !effects.contains(.closeLesson) else { return allowed }
    switch event {
    case .key, .interrupted:
      let typed = input
      self = before
      input = typed
      sayChangingSession()
      return []
    default:
      if classroom.open == nil { classroom.held += effects.filter { !$0.isBesideSession } }
      return allowed
    }
  }

  mutating func sayChangingSession() {
    let what = classroom.opening.map { "The lesson '\($0.title)' is being opened" } ?? "The lesson is being left"
    say(what + ": nothing was changed. Try again when that is done.", isError: true)
  }

  // MARK: What the engine reports

  /// The session outside is set aside, and all that is on its way from it has come.
  mutating func setAside() {
    guard let lesson = classroom.opening, classroom.open == nil else { return }
    classroom.open = OpenLesson(walk(through: lesson), outside: self)
    phase = .loading(lesson.model)
  }

  private func walk(through lesson: Lesson) -> LessonRun {
    LessonRun(lesson, at: classroom.progress[lesson.name]?.step ?? 0)
  }

  /// The lesson's model is there.
  mutating func beginLesson() -> [Effect] {
    guard let outside = classroom.open?.outside.first, !classroom.isLeaving else { return [] }
    if let lesson = classroom.opening {
      classroom.open = OpenLesson(walk(through: lesson), outside: outside)
      classroom.opening = nil
    }
    explorer = Explorer()
    lab = Lab()
    focus = .input
    return beginStep()
  }

  /// The session outside is back: everything is as it was, but for the window and the lessons.
  mutating func leaveLesson() -> [Effect] {
    let held = classroom.held
    (classroom.isLeaving, classroom.opening, classroom.held) = (false, nil, [])
    guard var outside = classroom.open?.outside.first else { return held }
    outside.columns = columns
    outside.rows = rows
    outside.mouse = mouse
    outside.notice = notice
    // What is on its way is reported all the same.
    outside.unsettled = unsettled
    outside.classroom = classroom
    outside.classroom.open = nil
    outside.view = .lessons
    self = outside
    return [.setSpeed(settings.speed)] + held
  }

  /// Whether the list of lessons is on show.
  var isChoosingLesson: Bool { view == .lessons && classroom.open == nil }
}
