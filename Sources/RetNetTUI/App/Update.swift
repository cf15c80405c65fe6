import Foundation
import RetNet
import RetNetSession

/// Decides: how an event changes the state, and what must be done outside.
func update(_ state: inout AppState, _ event: AppEvent) -> [Effect] {
  let before = state.classroom.open == nil ? nil : LessonSetting(state)
  let asItWas = state.classroom.isChangingSession ? state : nil
  var effects = decide(&state, event)
  if let before { state.noteChange(since: before, effects) }
  if let asItWas, state.classroom.isChangingSession { effects = state.keepApart(effects, of: event, asItWas) }
  state.count(effects)
  effects += state.counted(state.lessonRequests())
  // Pages ask once a lesson has brought the session to where its step begins.
  guard !state.classroom.isChangingSession, state.classroom.open?.isPreparing != true else { return effects }
  return effects + state.counted(state.requests())
}

private func decide(_ state: inout AppState, _ event: AppEvent) -> [Effect] {
  switch event {
  case .key(let key): return state.handle(key)
  case .interrupted: return state.handle(.control("c"))
  case .modelLoading(let name): state.phase = .loading(name)
  case .modelLoaded(let model):
    let effects = state.load(model)
    return state.classroom.open == nil ? effects : state.beginLesson()
  case .modelFailed(let text):
    state.phase = state.model == nil ? .noModel(text) : .ready
    state.say(text, isError: true)
  case .result(let result, let passing, let seconds):
    return state.follow(result, passing: passing, seconds: seconds)
  case .replyEnded:
    if state.isReplying {
      state.transcript.end(.finished)
      if state.replyTokens == 0, state.model?.continuesText == true { state.say(ModelInfo.nothingAdded) }
    } else if state.transcript.isEmpty {
      state.say("Nothing to step through yet: type a message first.")
    }
    if state.model != nil { state.phase = .ready }
  case .stopped: state.transcript.dropUnread()
  case .wentBack(let result): state.rewind(to: result)
  case .refreshed(let result): if result.position == state.position { state.result = result }
  case .session(let session):
    state.explorer.session = session
    state.noteReport()
    state.tokens.truncate(to: session.length)
    if let norms = session.norms, norms != state.settings.norms { state.settings.norms = norms }
  case .reference(let reference): state.explorer.reference = reference
  case .before(let before, let position):
    if position == state.explorer.asked.before { state.explorer.asked.before = nil }
    if position == state.position - 1 { state.explorer.before = before }
  case .beforeFailed(let position, let text):
    if position == state.explorer.asked.before { state.explorer.asked.beforeInVain = position }
    state.say(text, isError: true)
  case .history(let history): state.explorer.history = history
  case .laboratory(let reading, let pieces): state.lab.receive(reading, pieces: pieces)
  case .laboratoryFailed(let request, let text):
    // A question that has no answer is no reason to end a reply.
    state.lab.fail(request, text)
    if state.shownView == .forms { state.say(text, isError: true) }
  case .lessons(let shelf): return state.receive(shelf)
  case .setAside: state.setAside()
  case .lessonLeft: return state.leaveLesson()
  case .feeding(let text): state.beginFeed(text)
  case .breakpoint(let text):
    if state.isReplying { state.phase = .paused }
    state.say("Stopped: \(text).")
  case .undone(let result, let turns): state.keep(turns: turns, result: result)
  case .wasReset: state.clearSession("The session is empty: text and state are cleared.")
  case .began(let persona):
    state.model?.persona = persona
    state.clearSession(persona.notice)
  case .opened(let text, let wordsWait):
    if wordsWait { state.phase = .paused }
    state.say(text)
  case .failed(let text):
    state.say(text, isError: true)
    if state.isReplying {
      state.phase = .ready
      return [.stop]
    }
  case .notice(let text): state.say(text)
  case .settled: return state.settle()
  }
  return []
}

extension AppState {
  /// Takes note of what the engine will report.
  fileprivate mutating func count(_ effects: [Effect]) {
    unsettled += effects.count { $0.settles }
    classroom.open?.reportsAwaited += effects.count { $0.reports }
  }

  fileprivate mutating func counted(_ effects: [Effect]) -> [Effect] {
    count(effects)
    return effects
  }

  mutating func say(_ text: String, isError: Bool = false) { notice = Notice(text: text, isError: isError) }

  /// The engine has done something that was waited for: a message that waited for it can go.
  fileprivate mutating func settle() -> [Effect] {
    unsettled = max(unsettled - 1, 0)
    guard unsettled == 0, phase == .ready, let text = waitingMessage else { return [] }
    waitingMessage = nil
    return submit(text)
  }

  /// Sends a message and opens the reply to it.
  mutating func submit(_ text: String) -> [Effect] {
    transcript.submit(text, at: position)
    phase = .running
    scroll = 0
    replyTokens = 0
    return [.submit(text), run]
  }

  /// On to the end of the reply, or to what is left of its longest length.
  var run: Effect { .run(maximumReply: max(settings.maximumTokens - replyTokens, 1)) }

  fileprivate mutating func load(_ model: ModelInfo) -> [Effect] {
    self.model = model
    explorer.asked = Explorer.Asked()
    clearSession(nil)
    phase = .ready
    settings.modelSampling = model.sampling
    settings.modelNorms = model.norms
    settings.layer = min(settings.layer, model.layers - 1)
    settings.head = min(settings.head, model.heads - 1)
    keepProbeInside()
    if let note = model.continuationNote { say(note) }
    return [.setNorms(settings.norms), .setSampling(settings.sampling)]
  }

  mutating func clearSession(_ text: String?) {
    transcript = Transcript()
    tokens = TokenHistory()
    result = nil
    explorer.forgetSession()
    lab.forgetSession()
    scroll = 0
    replyTokens = 0
    if model != nil { phase = .ready }
    if let text { say(text) }
  }

  fileprivate mutating func follow(_ result: StepResult, passing: [TokenRecord], seconds: Double) -> [Effect] {
    let linesBefore = scroll > 0 ? ConversationText.lines(self).count : 0
    let isNext = passing.isEmpty && position == result.position - 1
    explorer.before = isNext ? self.result?.state : nil
    explorer.note(result, isNext: isNext)
    self.result = result
    for fed in passing { tokens.append(fed) }
    tokens.append(result.fed)
    transcript.follow(result)
    // What one has scrolled back to stays where it is.
    if scroll > 0 { move(.conversation, .lines(linesBefore - ConversationText.lines(self).count)) }
    let weight = pow(0.9, Double(passing.count + 1))
    secondsPerStep = secondsPerStep.map { $0 * weight + seconds * (1 - weight) } ?? seconds
    replyTokens += passing.count { $0.role == .reply } + (result.role == .reply ? 1 : 0)
    guard result.role == .reply else { return [] }
    guard replyTokens >= settings.maximumTokens, isReplying else { return [] }
    transcript.end(.lengthLimit)
    phase = .ready
    say("The reply was ended at \(settings.maximumTokens) tokens. :max-tokens N allows more.")
    return [.stop]
  }

  fileprivate mutating func rewind(to result: StepResult?) {
    let wasAtStart = self.result == nil
    explorer.before = nil
    self.result = result
    tokens.position = result?.position ?? 0
    transcript.rewind(to: result)
    replyTokens = max(replyTokens - 1, 0)
    scroll = 0
    if result != nil || !transcript.isEmpty { phase = .paused }
    if notice?.text == Self.goingBack { notice = nil }
    if wasAtStart { say("This is the start: nothing to undo.") }
  }

  fileprivate mutating func keep(turns: Int, result: StepResult?) {
    let taken = transcript.turns.count > turns
    self.result = result
    tokens.position = result?.position ?? 0
    tokens.truncate(to: tokens.position)
    transcript.truncate(to: turns)
    scroll = 0
    replyTokens = 0
    if model != nil { phase = .ready }
    say(taken ? "The last turn and its reply are taken back." : "There is no turn to take back.")
  }

  mutating func keepProbeInside() {
    guard let model else { return }
    probe.row = min(max(probe.row, 0), model.headDim - 1)
    probe.column = min(max(probe.column, 0), model.valueDim - 1)
  }
}
