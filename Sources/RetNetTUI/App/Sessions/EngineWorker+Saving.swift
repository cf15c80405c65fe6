import RetNet
import RetNetSession

/// Saves the first session, and resumes saved ones. Files are written in order by tasks, so that steps continue.
extension EngineWorker {
  /// The longest time in which a reply is not saved.
  static let saveInterval = Duration.seconds(3)

  /// Saves the session in a task.
  ///
  /// - Parameter always: false saves only if the last save is older than `saveInterval`.
  func save(_ session: Int, always: Bool, _ emit: @escaping @Sendable (AppEvent) -> Void) async {
    guard session == 0, let store, let model = models[0] else { return }
    guard always || ContinuousClock.now - lastSave > Self.saveInterval else { return }
    let content = await model.engine.content(SessionFile.Model(name: model.info.name, sha256: ""))
    lastSave = .now
    let hash = modelHash(of: model)
    saving = Task.detached { [before = saving] in
      await before.value
      var content = content
      do {
        content.recording.model.sha256 = try await hash.value
      } catch {
        return emit(.refused("The session is not saved: \(error)"))
      }
      let problem = await store.save(content, folder: model.folder, persona: model.info.persona?.source)
      if let problem { emit(.refused(problem)) }
    }
  }

  /// Leaves the saved session after the engine began another one.
  func leaveSaved(_ session: Int) async {
    guard session == 0, let store else { return }
    await saving.value
    await store.leave()
  }

  /// The hash of the first session's model, which is computed once.
  private func modelHash(of model: LoadedModel) -> Task<String, any Error> {
    if let hash { return hash }
    let task = Task.detached { try await model.hash() }
    hash = task
    return task
  }

  /// Resumes a saved session: its recent tokens are recomputed, the earlier ones are in its stored state.
  ///
  /// - Parameter name: as in `SessionFolder.find`.
  func resume(
    _ name: String?, _ job: EngineJob, _ emit: @escaping @Sendable (AppEvent) -> Void
  ) async throws {
    guard let store, let model = models[job.session] else { return }
    await saving.value
    let hash = try await modelHash(of: model).value
    let opened = try await store.open(name, model: SessionFile.Model(name: model.info.name, sha256: hash))
    let (session, details) = (opened.session.session, opened.session.details)
    if let configuration = model.info.configuration { try session.check(for: configuration, sha256: hash) }
    var begun = model
    if details.persona != model.info.persona?.source {
      begun = try await model.begun(as: details.persona)
      models[job.session] = begun
      await store.leave()
      emit(.began(as: begun.info.persona))
    }
    try await begun.engine.resume(session, sha256: hash, from: opened.state)
    await store.adopt(opened)
    emit(.resumed(SessionResume(opened, start: (await begun.engine.session).position)))
    try await EngineSteps(engine: begun.engine, token: job.token, emit: emit).advance(to: session.position)
    if let generator = details.generator { await begun.engine.continueRandomNumbers(from: generator) }
    let (wordsWait, branch) = (await begun.engine.hasTyped, session.branches.first { $0.id == session.branch })
    emit(
      .opened(
        "Resumed '\(details.title)': \(session.position) tokens.", wordsWait: wordsWait,
        stopped: branch?.stoppedTurns(until: session.position) ?? []))
  }
}

/// What the screen needs of a resumed session, beside the results of its recomputed steps.
struct SessionResume: Sendable {
  var title: String
  /// The turns before the recomputed tokens, or around their start.
  var turns: [SavedSession.SavedTurn]
  var sampling: SamplingOptions
}

extension SessionResume {
  /// - Parameter start: tokens before the recomputed ones.
  init(_ opened: OpenedSession, start: Int) {
    title = opened.session.details.title
    turns = start == 0 ? [] : opened.session.details.conversation.filter { $0.index < start }
    sampling = opened.session.session.sampling
  }
}

extension Transcript {
  /// The turns of a resumed session that are not recomputed.
  init(_ turns: [SavedSession.SavedTurn]) {
    self.init(
      turns: turns.map { turn in
        Turn(
          speaker: turn.speaker == .user ? .user : .reply, text: turn.text,
          typed: turn.speaker == .user ? turn.text : "",
          ending: turn.stopped == true ? .stopped : .finished, sentAt: turn.index, hasBegun: true)
      })
  }
}
