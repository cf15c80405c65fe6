import Lessons
import RetNet
import TerminalKit

/// How a step of a lesson comes about on the screen: its session, its page, and what it tells of.
extension AppState {
  /// Brings the session to where the step begins, whatever has been done to it: all commands of the lesson up to there, in
  /// an empty session.
  mutating func beginStep() -> [Effect] {
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
  mutating func goOn() -> [Effect] {
    guard let open = classroom.open, !open.isChanged, !open.isPreparing else { return beginStep() }
    classroom.open?.pending = open.walk.step.commands
    prepare()
    return saveProgress()
  }

  private mutating func prepare() {
    guard var open = classroom.open else { return }
    (open.feedback, open.problems, open.top) = (nil, [], 0)
    (open.isPreparing, open.hasAsked, open.isChanged) = (true, false, false)
    open.beside = put(open.walk.page)
    classroom.open = open
  }

  /// Chooses the page that belongs to a step, `explore cell`.
  ///
  /// - Returns: the view that has it; that of the lessons where the text stands alone.
  private mutating func put(_ page: String?) -> View {
    let words = (page ?? "").split(separator: " ").map(String.init)
    switch words.first {
    case LessonStep.noPage: return .lessons
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

  /// The step has been answered, done or explained: the page may show the answer from now on.
  mutating func showPageAfter() {
    guard let walk = classroom.open?.walk, walk.isSettled, walk.step.pageAfter != nil else { return }
    let view = put(walk.page)
    classroom.open?.beside = view
  }

  mutating func saveProgress() -> [Effect] {
    guard let walk = classroom.open?.walk else { return [] }
    classroom.progress.record(walk)
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
      return laboratoryRequests()
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
    if open.walk.step.tellsStateBefore, explorer.before == nil, position > 0,
      explorer.asked.beforeInVain != position - 1
    {
      guard explorer.asked.before != position - 1 else { return effects }
      explorer.asked.before = position - 1
      return effects + [.before(position - 1)]
    }
    let pages = open.walk.step.laboratoryPages
    if !open.hasAsked {
      classroom.open?.hasAsked = true
      let questions = laboratoryRequests()
      if !questions.isEmpty { return effects + questions }
    }
    if pages.allSatisfy({ lab.pending[$0] == nil }) {
      classroom.open?.problems += pages.compactMap { lab.failures[$0]?.text }
      classroom.open?.isPreparing = false
    }
    return effects
  }

  /// Asks the laboratory for what the step tells of it, anew where the session, its norms or the selection have changed.
  private mutating func laboratoryRequests() -> [Effect] {
    guard result != nil else { return [] }
    let questions = (classroom.open?.walk.step.laboratoryPages ?? []).compactMap { labQuestion(of: $0) }
    return questions.filter { lab.ask($0) }.map { .laboratory($0.request) }
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
    open.feedback = .init(text: LessonMessages.screen.done(open.walk.step, AppFacts(self)), kind: .right)
    classroom.open = open
    showPageAfter()
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
}

extension LessonStep {
  /// Whether it needs the state before the last step, which is not at hand where steps have come in one stretch.
  fileprivate var tellsStateBefore: Bool {
    (texts.flatMap(\.quantities) + formulas.flatMap(\.quantities)).contains(.before)
  }
}
