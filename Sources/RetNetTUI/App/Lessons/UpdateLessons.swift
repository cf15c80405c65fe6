import Lessons
import RetNet

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

  mutating func take(_ lessons: LessonShelf) -> [Effect] {
    (classroom.lessons, classroom.progress, classroom.problem) = (lessons.lessons, lessons.progress, lessons.problem)
    let next = lessons.progress.next(of: lessons.lessons)
    classroom.line = next.flatMap { classroom.number(of: $0) }.map { $0 - 1 } ?? 0
    guard let lesson = lessons.opened else { return [] }
    return open(lesson)
  }

  mutating func open(_ lesson: Lesson) -> [Effect] {
    view = .lessons
    classroom.opening = lesson
    let pause: [Effect] = phase == .running ? [.pause] : []
    if phase == .running { phase = .paused }
    if classroom.open != nil { phase = .loading(lesson.model) }
    lab.forgetQuestions()
    return pause + [.openLesson(model: lesson.model)]
  }

  // MARK: What the engine reports

  /// The session outside is set aside, and all that is on its way from it has come.
  mutating func setAside() {
    guard let lesson = classroom.opening, classroom.open == nil else { return }
    classroom.open = OpenLesson(walk(through: lesson), outside: self)
    phase = .loading(lesson.model)
  }

  private func walk(through lesson: Lesson) -> LessonWalk {
    LessonWalk(lesson, at: classroom.progress[lesson.name]?.step ?? 0)
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
    classroom.isLeaving = false
    guard var outside = classroom.open?.outside.first else {
      classroom.opening = nil
      return []
    }
    outside.columns = columns
    outside.rows = rows
    outside.mouse = mouse
    outside.notice = notice
    // What is on its way is reported all the same.
    outside.unsettled = unsettled
    outside.classroom = classroom
    outside.classroom.open = nil
    outside.classroom.opening = nil
    outside.view = .lessons
    self = outside
    return [.setSpeed(settings.speed)]
  }

  // MARK: Steps

  /// Brings the session to where the step begins, whatever has been done to it: all commands of the lesson up to there, in
  /// an empty session.
  private mutating func beginStep() -> [Effect] {
    guard let walk = classroom.open?.walk, let model else { return [] }
    let speed = settings.speed
    settings = ChatSettings()
    settings.speed = speed
    settings.modelSampling = model.sampling
    settings.modelNorms = model.norms
    (explorer.breakpoints, explorer.mode, explorer.strip, explorer.part) = ([], .state, .weight, .cell)
    (probe, lab.chunkLength) = (Position(row: 0, column: 0), Lab().chunkLength)
    classroom.open?.pending = walk.lesson.commands(toBegin: walk.index)
    prepare()
    // What runs would be waited for.
    return [.pause, .reset, .setBreakpoints([]), .setNorms(settings.norms), .setSampling(settings.sampling)]
      + saveProgress()
  }

  /// The next step, on the session as the last one has left it.
  private mutating func goOn() -> [Effect] {
    guard let open = classroom.open, !open.isChanged, !open.isPreparing else { return beginStep() }
    classroom.open?.pending = open.walk.step.commands
    prepare()
    return saveProgress()
  }

  private mutating func prepare() {
    guard var open = classroom.open else { return }
    (open.reaction, open.problems, open.top) = (nil, [], 0)
    (open.isPreparing, open.hasAsked, open.isChanged) = (true, false, false)
    open.beside = put(open.walk.step.page)
    classroom.open = open
  }

  /// Chooses the page that belongs to a step, `explore cell`.
  private mutating func put(_ page: String?) -> View {
    let words = (page ?? "").split(separator: " ").map(String.init)
    switch words.first {
    case "explore":
      explorer.page = words.last.flatMap { Explorer.Page(rawValue: $0) } ?? explorer.page
      return .explorer
    case "forms":
      lab.page = words.last.flatMap { Lab.Page(rawValue: $0) } ?? lab.page
      return .forms
    default:
      explorer.page = .head
      return .explorer
    }
  }

  private mutating func saveProgress() -> [Effect] {
    guard let walk = classroom.open?.walk else { return [] }
    classroom.progress.note(walk)
    return [.saveProgress(classroom.progress)]
  }

  /// Goes on with what a step needs before it is the learner's turn, one thing after the other; then looks whether what
  /// was asked for has been done.
  mutating func lessonRequests() -> [Effect] {
    guard let open = classroom.open, !classroom.isChangingSession, phase == .ready || phase == .paused,
      unsettled == 0, open.reportsAwaited == 0
    else { return [] }
    guard open.isPreparing else {
      observe()
      return []
    }
    var effects: [Effect] = []
    while let command = classroom.open?.pending.first {
      classroom.open?.pending.removeFirst()
      notice = nil
      effects += perform(command)
      if let notice, notice.isError { classroom.open?.problems.append("\(command): \(notice.text)") }
      notice = nil
      // Only what is reported can be waited for.
      if effects.contains(where: { $0.settles || $0.reports }) { return effects }
    }
    if open.walk.step.tellsStateBefore, explorer.before == nil, position > 0 {
      guard explorer.asked.before != position - 1 else { return effects }
      explorer.asked.before = position - 1
      return effects + [.before(position - 1)]
    }
    let pages = open.walk.step.laboratoryPages
    if !open.hasAsked {
      classroom.open?.hasAsked = true
      let questions = pages.compactMap { labQuestion(of: $0) }.filter { lab.ask($0) }
      if !questions.isEmpty { return effects + questions.map { .laboratory($0.request) } }
    }
    if pages.allSatisfy({ lab.pending[$0] == nil }) {
      classroom.open?.problems += pages.compactMap { lab.failures[$0]?.text }
      classroom.open?.isPreparing = false
    }
    return effects
  }

  private mutating func perform(_ command: LessonCommand) -> [Effect] {
    switch command {
    case .feed(let text): return [.feed(text)]
    case .step(let count): return [.makeSteps(count)]
    case .app(let line):
      do throws(CommandError) {
        return perform(try CommandTable.parse(line))
      } catch {
        say(error.description, isError: true)
        return []
      }
    }
  }

  /// A text has been opened in an empty session.
  mutating func beginFeed(_ text: String) {
    clearSession(nil)
    transcript.submit(text, at: 0)
    phase = .paused
  }

  private mutating func observe() {
    guard var open = classroom.open, open.walk.observe(AppFacts(self)) else { return }
    let why = open.walk.step.why.map { " " + $0.shown(AppFacts(self)).text } ?? ""
    open.reaction = .init(text: "Done." + why + " Enter goes on.", kind: .right)
    classroom.open = open
  }

  /// The session has been reported.
  mutating func noteReport() {
    guard let awaited = classroom.open?.reportsAwaited else { return }
    classroom.open?.reportsAwaited = max(awaited - 1, 0)
  }

  /// What the learner may have changed: then the next step brings the session back first.
  mutating func noteChange(since before: LessonSetting, _ effects: [Effect]) {
    guard let open = classroom.open, !open.isPreparing else { return }
    if effects.contains(where: \.reports) || LessonSetting(self) != before { classroom.open?.isChanged = true }
  }

  // MARK: What the learner types

  /// A line that is no command: a word of the lesson, or an answer. In the list it names a lesson.
  mutating func takeLessonLine(_ line: String) -> [Effect] {
    guard let open = classroom.open else {
      if line.isEmpty, let lesson = classroom.lessons?[at: classroom.line] { return self.open(lesson) }
      return line.isEmpty ? [] : [.readLessons(open: line)]
    }
    let facts = AppFacts(self)
    // Whole words alone: single letters are answers.
    switch line.lowercased() {
    case "", "next": return nextStep()
    case "back": return stepBefore()
    case "again": return beginStep()
    case "quit": return quitLesson()
    case "hint":
      let hint = classroom.open?.walk.hint()
      let none = open.walk.step.hints.isEmpty ? "There is no hint here." : "That was the last hint; 'why' tells."
      react(hint.map { "Hint: " + $0.shown(facts).text } ?? none, .note)
    case "why": react((classroom.open?.walk.explain(facts) ?? "") + " Enter goes on.", .note)
    case let words where words.hasPrefix("?"): return define(String(line.dropFirst()))
    default: answer(line, facts)
    }
    return []
  }

  private mutating func react(_ text: String, _ kind: OpenLesson.Reaction.Kind) {
    classroom.open?.reaction = .init(text: text, kind: kind)
    classroom.open?.top = .max  // what is said stands at the end
  }

  private mutating func answer(_ text: String, _ facts: AppFacts) {
    guard let open = classroom.open else { return }
    guard !open.isPreparing else { return say("The step is being prepared; then it takes an answer.") }
    guard let verdict = classroom.open?.walk.answer(text, facts) else { return }
    switch verdict.kind {
    case .right: react(verdict.text + " Enter goes on.", .right)
    case .wrong: react(verdict.text, .wrong)
    case .unreadable: react(verdict.text, .note)
    case .unasked: react(verdict.text + " Enter goes on.", .note)
    case .unknown: react(verdict.text + " 'why' lets you go on.", .note)
    }
  }

  private mutating func quitLesson() -> [Effect] {
    guard !classroom.isLeaving else { return [] }
    classroom.isLeaving = true
    return [.pause, .closeLesson]
  }

  private mutating func nextStep() -> [Effect] {
    guard let open = classroom.open else { return [] }
    if open.walk.isFinished {
      let next = classroom.number(of: open.walk.lesson).flatMap { classroom.lessons?[at: $0] }
      return next.map { self.open($0) } ?? quitLesson()
    }
    guard classroom.open?.walk.next() == true else {
      if case .action = open.walk.step.task {
        say("Do what the step asks first; 'why' says how, and lets you go on.")
      } else {
        say("Answer first; 'hint' helps, and 'why' shows the solution.")
      }
      return []
    }
    guard classroom.open?.walk.isFinished == true else { return goOn() }
    react("That was the last step. Enter opens the next lesson, 'quit' leaves.", .right)
    return saveProgress()
  }

  private mutating func stepBefore() -> [Effect] {
    guard classroom.open?.walk.back() == true else {
      say("This is the first step.")
      return []
    }
    return beginStep()
  }

  private mutating func define(_ symbol: String) -> [Effect] {
    let symbol = CommandTable.trimmed(symbol)
    if let entry = Glossary.entry(symbol) { react(entry.text, .note) } else { overlay = .glossary(top: 0) }
    return []
  }

  // MARK: Keys

  /// Keys of the panes that belong to the lessons.
  ///
  /// - Returns: nil for any other key.
  mutating func handleLessons(_ key: Key) -> [Effect]? {
    switch key {
    case .character("4"): return showLessons()
    case .character("W"):
      overlay = .glossary(top: 0)
      return []
    default: break
    }
    guard view == .lessons else { return nil }
    switch key {
    case .enter: return takeLessonLine("")
    case .up where isChoosingLesson: choose(lesson: classroom.line - 1)
    case .down where isChoosingLesson: choose(lesson: classroom.line + 1)
    case .home where isChoosingLesson: choose(lesson: 0)
    case .end where isChoosingLesson: choose(lesson: .max)
    default: return nil
    }
    return []
  }

  /// Whether the list of lessons is on show.
  var isChoosingLesson: Bool { view == .lessons && classroom.open == nil }

  mutating func choose(lesson line: Int) {
    classroom.line = min(max(line, 0), max((classroom.lessons?.count ?? 0) - 1, 0))
  }

  /// The lesson's text, by lines.
  mutating func scrollLesson(by lines: Int) {
    guard let open = classroom.open else { return choose(lesson: classroom.line + lines) }
    let last = LessonPane(self, area: LessonLayout(self).text).lastTop
    classroom.open?.top = min(max(min(open.top, last) + lines, 0), last)
  }
}

extension LessonStep {
  /// Whether it needs the state before the last step, which is not at hand where steps have come in one stretch.
  fileprivate var tellsStateBefore: Bool {
    (texts.flatMap(\.quantities) + formulas.flatMap(\.quantities)).contains(.before)
  }
}
