import Foundation
import Lessons
import RetNet
import RetNetSession
import TerminalKit

/// Applies an event to the state.
///
/// - Parameter session: the session that sent the event; nil for events of the user and of the app.
/// - Returns: the effects to carry out.
func update(_ state: inout AppState, _ event: AppEvent, in session: Int? = nil) -> [Effect] {
  guard let session, session != state.session.id else { return state.receive(event) }
  // Events of closed sessions are dropped. Sessions that wait for the end of a lesson still receive theirs.
  guard let place = state.waitingSessions.firstIndex(where: { $0.id == session }) else { return [] }
  swap(&state.session, &state.waitingSessions[place])
  defer { swap(&state.session, &state.waitingSessions[place]) }
  return state.receive(event)
}

extension AppState {
  fileprivate mutating func receive(_ event: AppEvent) -> [Effect] {
    let before = lesson == nil ? nil : LessonSetting(self)
    var effects = withChosenNorms(decide(event))
    advanceTour()
    if let before { recordChange(since: before, effects) }
    count(effects)
    effects += counted(lessonRequests())
    // Pages send their queries only after a lesson has prepared its step.
    return lesson?.isPreparing == true ? effects : effects + counted(requests())
  }

  private mutating func decide(_ event: AppEvent) -> [Effect] {
    switch event {
    case .key(let key): return handle(key)
    case .line(let line): return enter(line)
    case .message(let text): return send(text)
    case .lessonStep(let index):
      if let walk = lesson?.walk { lesson?.walk = LessonRun(walk.lesson, at: index) }
      return beginStep()
    case .lessonCommands(let commands): prepare(commands)
    case .tick(let seconds): return advance(seconds: seconds)
    case .terminalIsSlow:
      guard settings.motion else { return [] }
      settings.motion = false
      say("The terminal draws slowly: steps are shown without motion. :motion on plays them.")
    case .interrupted: return handle(.control("c"))
    case .modelLoading(let name): phase = .loading(name)
    case .modelLoaded(let model):
      let effects = load(model)
      return lesson == nil ? effects : beginStep()
    case .modelFailed(let text):
      sources.requestedModel = nil
      let effects = closeLesson()
      if effects.isEmpty {
        phase = model == nil ? .noModel(text) : .ready
        returnQueue()
      }
      say(text, isError: true)
      return effects
    case .result(let result, let passing, let seconds):
      return follow(result, passing: passing, seconds: seconds)
    case .replyEnded: return endReply()
    case .stopped: transcript.dropUnread()
    case .wentBack(let result): rewind(to: result)
    case .refreshed(let result): if result.position == position { self.result = result }
    case .session(let summary): receive(summary)
    case .reference(let reference): explorer.reference = reference
    case .before(let before, let position):
      if position == explorer.asked.before { explorer.asked.before = nil }
      if position == self.position - 1 { explorer.before = before }
    case .beforeFailed(let position, let text):
      if position == explorer.asked.before { explorer.asked.beforeInVain = position }
      say(text, isError: true)
    case .history(let history): explorer.history = history
    case .visited(let visit): receive(visit)
    case .arrivedAtEnd:
      transcript.end(.finished)
      if phase == .paused { phase = .ready }
    case .grown(let growth): receive(growth)
    case .tree(let tokens): tree.tokens = tokens
    case .recalled(let records, let branch): if branch == explorer.session.branch { tokens.prepend(records) }
    case .tokenMass(let mass, let isComplete): receive(mass, isComplete: isComplete)
    case .unchangedPrediction(let prediction):
      if prediction.position == position, prediction.branch == explorer.session.branch {
        explorer.unchanged = prediction
      }
    case .laboratory(let result, let pieces): lab.receive(result, pieces: pieces)
    case .laboratoryFailed(let request, let text):
      // A failed question does not end a reply.
      lab.fail(request, text)
      if shownView == .forms { say(text, isError: true) }
    case .lessons(let library): return receive(library)
    case .tour: beginTour()
    case .feeding(let text): beginFeed(text)
    case .breakpoint(let text):
      if isReplying { phase = .paused }
      say("Stopped: \(text).")
    case .undone(let result, let turns): keep(turns: turns, result: result)
    case .turnChanged(let change, let turns, let result): return receive(change, turns: turns, result: result)
    case .typedRead(let endsReply): return finishTyped(endsReply: endsReply)
    case .recomputing(let recomputation): session.recomputation = recomputation
    case .recomputationCancelled: cancelRecomputation()
    case .wasReset:
      clearSession(lesson?.isPreparing == true ? nil : "The session is empty: text and state are cleared.")
    case .began(let persona):
      model?.persona = persona
      clearSession(persona.notice)
    case .opened(let text, let wordsWait, let stopped):
      transcript.end(stopped, .stopped)
      if wordsWait { phase = .paused }
      say(text)
    case .resumed(let resumed): return receive(resumed)
    case .sessions(let listing, let open): receive(listing, open: open)
    case .settingsSaved(let user, let path): receive(saved: user, in: path)
    case .models(let names): sources.models = names
    case .drawReport(let report): overlay = .why(report, top: 0)
    case .failed(let text):
      say(text, isError: true)
      returnQueue()
      if isReplying {
        phase = .ready
        return [.engine(.stop)]
      }
    case .notice(let text): say(text)
    case .refused(let text): say(text, isError: true)
    case .completions(let items, let query): offer(items, for: query)
    case .edited(let text): replaceDraft(text)
    case .fileExists(let path, let command): question = Question(path: path, command: command)
    case .settled: return settle()
    }
    return []
  }

  // MARK: Pending requests

  /// Counts the pending replies of the engine.
  private mutating func count(_ effects: [Effect]) {
    unsettled += effects.count(.settles)
    lesson?.reportsAwaited += effects.count(.reports)
  }

  private mutating func counted(_ effects: [Effect]) -> [Effect] {
    count(effects)
    return effects
  }

  /// Going back restores recorded norms. Chosen norms that no step has used yet are therefore set again before a step.
  private mutating func withChosenNorms(_ effects: [Effect]) -> [Effect] {
    for case .engine(let request) in effects {
      if case .set(.norms(let norms)) = request { session.chosenNorms = norms }
      if request.consequences.contains(.choosesNorms) { session.chosenNorms = nil }
    }
    guard let chosen = session.chosenNorms, let norms = explorer.session.norms, norms != chosen,
      effects.count(.steps) > 0
    else { return effects }
    return [.engine(.set(.norms(chosen)))] + effects
  }

  /// Counts a settled request, and sends the first queued message after the last one.
  private mutating func settle() -> [Effect] {
    unsettled = max(unsettled - 1, 0)
    session.recomputation = nil
    return sendQueued()
  }

  // MARK: Messages

  /// Handles a line of plain mode: a command, a word of the lesson, or a message.
  private mutating func enter(_ line: String) -> [Effect] {
    guard CommandTable.isCommand(line) else { return lesson == nil ? send(line) : takeLessonLine(line) }
    do throws(CommandError) {
      let command = try CommandTable.parse(line)
      if case .replay = command {
        return refuse("A replay needs the screen: here :goto start and :step go through it.")
      }
      if case .set(.showProbabilities(true)) = command {
        return refuse("Plain mode has no colours: :tree prints the probability of each branch and its least probable token.")
      }
      if case .tour = command { return refuse("The tour needs the screen: start without --plain.") }
      return perform(command)
    } catch {
      return refuse(error.naming(model?.shape).description)
    }
  }

  /// Sends a message. An open reply ends first.
  private mutating func send(_ text: String) -> [Effect] {
    switch phase {
    case .noModel: say("No model is open: :model NAME opens one.", isError: true)
    case .loading(let name): say("\(name) is still being read.", isError: true)
    case .ready, .running, .paused:
      queue.append(text)
      return isReplying ? stopReply() : sendQueued()
    }
    return []
  }

  /// Sends the first queued message, unless a reply or another request is still open.
  mutating func sendQueued() -> [Effect] {
    guard unsettled == 0, phase == .ready, !queue.isEmpty else { return [] }
    return submit(queue.removeFirst())
  }

  /// Puts the queued messages back on the line.
  mutating func returnQueue() {
    guard !queue.isEmpty else { return }
    input.prepend(queue)
    queue = []
  }

  /// Ends the open reply, if any.
  mutating func stopReply() -> [Effect] {
    guard isReplying else { return [] }
    phase = .ready
    transcript.end(.stopped)
    session.replay = nil
    return [.engine(.stop)]
  }

  /// Sends a message and begins its reply.
  mutating func submit(_ text: String) -> [Effect] {
    transcript.submit(text, at: position)
    phase = .running
    (session.display, session.replay) = (.state, nil)
    scroll = 0
    replyTokens = 0
    session.selectedTurn = nil
    guard let prefix = session.prefix else { return [.engine(.submit(text)), run] }
    session.prefix = nil
    return [.engine(.submit(text)), .engine(.beginReply(prefix))]
  }

  /// Steps to the end of the reply, or to its maximum length.
  var run: Effect { .engine(.run(maximumReply: max(settings.maximumTokens - replyTokens, 1))) }

  // MARK: Reports of the engine

  private mutating func load(_ model: ModelInfo) -> [Effect] {
    self.model = model
    if let name = sources.requestedModel { (sources.model, sources.requestedModel) = (name, nil) }
    explorer.asked = Explorer.Asked()
    clearSession(nil)
    phase = .ready
    settings.modelSampling = model.sampling
    settings.modelNorms = model.norms
    settings.layer = min(settings.layer, model.layers - 1)
    settings.head = min(settings.head, model.heads - 1)
    keepProbeInside()
    if lesson == nil, let note = model.continuationNote { say(note) }
    return [.engine(.set(.norms(settings.norms))), .engine(.set(.sampling(settings.sampling)))]
      + resumeAtStart() + sendQueued()
  }

  mutating func clearSession(_ text: String?) {
    transcript = Transcript()
    tokens = TokenHistory()
    result = nil
    explorer.forgetSession()
    lab.forgetSession()
    tree.forgetSession()
    session.probabilities = TokenProbabilities()
    (session.display, session.playback, session.replay, session.selectedToken) = (.state, nil, nil, nil)
    (session.selectedTurn, session.prefix) = (nil, nil)
    endEdit()
    scroll = 0
    replyTokens = 0
    if model != nil { phase = .ready }
    if let text { say(text) }
  }

  private mutating func follow(_ result: StepResult, passing: [TokenRecord], seconds: Double) -> [Effect] {
    let linesBefore = scroll > 0 ? ConversationText.lines(self).count : 0
    let isNext = passing.isEmpty && position == result.position - 1
    let isFirst = self.result == nil
    explorer.before = isNext ? self.result?.state : nil
    explorer.forgetPrediction()
    explorer.note(result, isNext: isNext)
    self.result = result
    if isNext, phase == .paused { play(StepPlayback(result, before: stateBefore)) }
    if result.norms == session.chosenNorms { session.chosenNorms = nil }
    // A probe that has not been moved reads the largest entry of the first state.
    if isFirst, lesson == nil, probe == Position(row: 0, column: 0), let largest = reading?.largest {
      probe = Position(row: largest.row, column: largest.column)
    }
    for fed in passing {
      tokens.append(fed)
      session.probabilities.append(fed)
    }
    tokens.append(result.record)
    session.probabilities.append(result.record)
    transcript.follow(result)
    // Keeps the visible lines in place while text is added.
    if scroll > 0 { move(.conversation, .lines(linesBefore - ConversationText.lines(self).count)) }
    // Steps of a lesson's text are not timed.
    if seconds > 0 {
      let weight = pow(0.9, Double(passing.count + 1))
      secondsPerStep = secondsPerStep.map { $0 * weight + seconds * (1 - weight) } ?? seconds
    }
    guard result.role == .reply else {
      replyTokens = 0
      return []
    }
    replyTokens += passing.count { $0.role == .reply } + 1
    // The limit applies to runs only, not to single steps and replayed steps.
    guard replyTokens >= settings.maximumTokens, phase == .running, seconds > 0 else { return [] }
    transcript.end(.lengthLimit)
    phase = .ready
    say("The reply ended at \(settings.maximumTokens) tokens. :max-tokens N allows more.")
    return [.engine(.stop)]
  }

  private mutating func endReply() -> [Effect] {
    if isReplying {
      transcript.end(.finished)
      if replyTokens == 0, model?.continuesText == true { say(ModelInfo.nothingAdded) }
    } else if transcript.isEmpty {
      say("There is no token to read: type a message first.")
    }
    if model != nil { phase = .ready }
    return sendQueued()
  }

  private mutating func receive(_ summary: SessionSummary) {
    if summary.branch != explorer.session.branch { explorer.forgetPrediction() }
    explorer.session = summary
    recordReport()
    tokens.truncate(to: summary.length)
    guard let norms = summary.norms, norms != settings.norms, session.chosenNorms == nil else { return }
    settings.norms = norms
    if notice == nil { say("The norms at this position: \(settings.normsText).") }
  }

  private mutating func rewind(to result: StepResult?) {
    let wasAtStart = self.result == nil
    if let undone = self.result, undone.position == (result?.position ?? 0) + 1 {
      play(StepPlayback(undone, before: result?.state ?? model?.persona?.state, isReversed: true))
    }
    explorer.before = nil
    explorer.forgetPrediction()
    self.result = result
    tokens.position = result?.position ?? 0
    transcript.rewind(to: result)
    session.probabilities.truncate(to: tokens.position)
    replyTokens = tokens.past.reversed().prefix { $0.role == .reply }.count
    scroll = 0
    if result != nil || !transcript.isEmpty { phase = .paused }
    if notice?.text == Self.goingBack { notice = nil }
    if wasAtStart { say("This is the start: nothing to undo.") }
  }

  private mutating func keep(turns: Int, result: StepResult?) {
    let taken = transcript.turns.count > turns
    keepTurns(turns, upTo: result)
    if model != nil { phase = .ready }
    say(taken ? "The last turn and its reply are undone." : "There is no turn to undo.")
  }

  /// Removes the turns and tokens after a step result.
  mutating func keepTurns(_ turns: Int, upTo result: StepResult?) {
    explorer.before = nil
    explorer.forgetPrediction()
    self.result = result
    tokens.position = result?.position ?? 0
    tokens.truncate(to: tokens.position)
    transcript.truncate(to: turns, result)
    session.probabilities.truncate(to: tokens.position)
    scroll = 0
    replyTokens = 0
  }

  mutating func keepProbeInside() {
    guard let model else { return }
    probe.row = min(max(probe.row, 0), model.headDim - 1)
    probe.column = min(max(probe.column, 0), model.valueDim - 1)
  }
}
