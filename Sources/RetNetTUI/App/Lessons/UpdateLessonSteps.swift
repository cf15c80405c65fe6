import Lessons
import RetNet
import TerminalKit

/// The steps of a lesson: their session, their page and their numbers.
extension AppState {
  /// Restores the session to the beginning of the step: empties it, then runs the lesson's commands up to the step.
  mutating func beginStep() -> [Effect] {
    guard let walk = lesson?.walk, let model else { return [] }
    let speed = settings.speed
    settings = ChatSettings()
    settings.speed = speed
    settings.modelSampling = model.sampling
    settings.modelNorms = model.norms
    (explorer.breakpoints, explorer.mode, explorer.strip, explorer.part) = ([], .state, .weight, .cell)
    (probe, lab.chunkLength) = (Position(row: 0, column: 0), Lab().chunkLength)
    prepare(walk.lesson.commands(toBegin: walk.index))
    // The pause comes first, as a run would delay the other requests.
    let requests: [EngineRequest] = [
      .pause, .reset, .set(.breakpoints([])), .set(.norms(settings.norms)), .set(.sampling(settings.sampling)),
    ]
    return requests.map { .engine($0) } + saveProgress()
  }

  /// Begins the next step on the current session, unless the learner changed it.
  mutating func goOn() -> [Effect] {
    guard let open = lesson, !open.isChanged, !open.isPreparing else { return beginStep() }
    prepare(open.walk.step.commands)
    return saveProgress()
  }

  /// Starts the preparation of a step: its commands run before the learner's turn.
  mutating func prepare(_ commands: [LessonCommand]) {
    guard var open = lesson else { return }
    open.pending = commands
    (open.feedback, open.problems, open.failure, open.top) = (nil, [], nil, 0)
    open.preparations += 1
    (open.isPreparing, open.hasAsked, open.isChanged) = (true, false, false)
    // If there is room for one matrix of the parallel form, it is the one that the step is about.
    lab.matrix = open.walk.step.symbols.first == "D" ? .mask : .scores
    open.beside = put(open.walk.page)
    lesson = open
  }

  /// Selects the page of a step, such as `explore cell`.
  ///
  /// - Returns: the view of the page; `.lessons` without a page.
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

  /// Shows the page that reveals the answer, after the step is answered, done or explained.
  mutating func showPageAfter() {
    guard let walk = lesson?.walk, walk.isSettled, walk.step.pageAfter != nil else { return }
    let view = put(walk.page)
    lesson?.beside = view
  }

  mutating func saveProgress() -> [Effect] {
    guard let walk = lesson?.walk else { return [] }
    classroom.progress.record(walk)
    return [.app(.saveProgress(classroom.progress))]
  }

  /// Continues the preparation of a step, one request at a time. After it, checks whether the task is done.
  mutating func lessonRequests() -> [Effect] {
    guard let open = lesson, phase == .ready || phase == .paused, unsettled == 0, open.reportsAwaited == 0
    else { return [] }
    guard open.isPreparing else {
      observe()
      return laboratoryRequests()
    }
    var effects: [Effect] = []
    while let command = lesson?.pending.first {
      if command.needsForms, let question = labQuestion(of: .forms) {
        if lab.ask(question) { return effects + [.analysis(.laboratory(question.request))] }
        if lab.pending[.forms] != nil { return effects }
      }
      lesson?.pending.removeFirst()
      notice = nil
      effects += perform(command)
      if let notice, notice.isError {
        let failure = LessonCommandError(command: "\(command)", reason: notice.text)
        lesson?.failure = failure
        lesson?.problems.append("\(failure)")
      }
      notice = nil
      // Waits for the report of a request before the next command.
      if effects.count(.reports) > 0 { return effects }
    }
    if open.walk.step.statesStateBefore, explorer.before == nil, position > 0,
      explorer.asked.beforeInVain != position - 1
    {
      guard explorer.asked.before != position - 1 else { return effects }
      explorer.asked.before = position - 1
      return effects + [.analysis(.before(position - 1))]
    }
    let pages = open.walk.step.laboratoryPages
    if !open.hasAsked {
      lesson?.hasAsked = true
      let questions = laboratoryRequests()
      if !questions.isEmpty { return effects + questions }
    }
    if pages.allSatisfy({ lab.pending[$0] == nil }) {
      let failures = lab.failures
      lesson?.problems += pages.compactMap { failures[$0]?.text }
      lesson?.isPreparing = false
    }
    return effects
  }

  /// Requests the laboratory's readings that the step states, again after a change of the session, its norms or the
  /// selection.
  private mutating func laboratoryRequests() -> [Effect] {
    guard result != nil else { return [] }
    let questions = (lesson?.walk.step.laboratoryPages ?? []).compactMap { labQuestion(of: $0) }
    return questions.filter { lab.ask($0) }.map { .analysis(.laboratory($0.request)) }
  }

  private mutating func perform(_ command: LessonCommand) -> [Effect] {
    switch command {
    case .feed(let text): return [.engine(.feed(text))]
    case .step(let count): return [.engine(.steps(count))]
    case .app(let line):
      do throws(CommandError) {
        return perform(try CommandTable.parse(line))
      } catch {
        return refuse(error.description)
      }
    }
  }

  /// Shows a text that an empty session begins to read.
  mutating func beginFeed(_ text: String) {
    clearSession(nil)
    transcript.submit(text, at: 0)
    phase = .paused
  }

  private mutating func observe() {
    guard var open = lesson, open.walk.observe(AppFacts(self)) else { return }
    lesson = open
    react(classroom.speech.done(open.walk.step, AppFacts(self)), .right)
    showPageAfter()
  }

  /// Counts a session report.
  mutating func recordReport() {
    guard let awaited = lesson?.reportsAwaited else { return }
    lesson?.reportsAwaited = max(awaited - 1, 0)
  }

  /// Records a change of the session by the learner. The next step restores the session first.
  mutating func recordChange(since before: LessonSetting, _ effects: [Effect]) {
    guard let open = lesson, !open.isPreparing else { return }
    if effects.count(.reports) > 0 || LessonSetting(self) != before { lesson?.isChanged = true }
  }
}

extension LessonCommand {
  /// Whether it selects an entry of the forms page, which the laboratory must have answered first.
  fileprivate var needsForms: Bool {
    guard case .app(let line) = self, case .entry? = try? CommandTable.parse(line) else { return false }
    return true
  }
}

extension LessonStep {
  /// Whether the step states the state before the last step, which is unknown after a batch of several steps.
  fileprivate var statesStateBefore: Bool {
    (texts.flatMap(\.quantities) + formulas.flatMap(\.quantities)).contains(.before)
  }
}
