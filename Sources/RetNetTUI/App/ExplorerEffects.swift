import RetNet
import RetNetAnalysis
import RetNetSession

extension LoadedModel {
  /// Carries out an effect of the state explorer, and hands over what it brings.
  ///
  /// - Throws: what the engine throws, `FileError`, `SessionFileError`, `CheckpointError`.
  nonisolated(nonsending) func explore(
    _ effect: Effect, unless isStopped: @escaping @Sendable () -> Bool, _ emit: (AppEvent) -> Void
  ) async throws {
    switch effect {
    case .go(let position):
      if position <= (await engine.session).position {
        emit(.wentBack(try await engine.go(to: position)))
      } else {
        try await goOn(to: position, unless: isStopped, emit)
      }
    case .pick(let token):
      let clock = ContinuousClock()
      let start = clock.now
      let result = try await engine.pick(token)
      emit(.result(result, seconds: (clock.now - start) / .seconds(1)))
    case .experiment(let experiment): await engine.add(experiment)
    case .undoExperiment: emit(.wentBack(try await engine.undoExperiment()))
    case .selectBranch(let id):
      emit(.wentBack(try await engine.select(branch: id)))
      try await goOn(to: .max, unless: isStopped, emit)
    case .watch(let watch):
      if let result = await engine.watch(watch) { emit(.refreshed(result)) }
    case .reference(let source):
      emit(.reference(Explorer.Reference(source: source, state: try await engine.state(of: source))))
    case .before(let position):
      do {
        emit(.before(try await engine.state(of: .position(position)), position: position))
      } catch {
        emit(.beforeFailed(position: position, "\(error)"))
      }
    case .history(let layer):
      emit(.history(Explorer.History(layer: layer, tokens: try await engine.statistics(ofLayer: layer))))
    case .laboratory(let request): await answer(request, emit)
    case .setBreakpoints(let breakpoints): await engine.setBreakpoints(breakpoints)
    case .exportLogits(let path): try await exportLogits(to: path, emit)
    case .saveSession(let path):
      try await engine.recording(SessionFile.Model(name: info.name, sha256: try await hash())).write(to: path)
      emit(.notice("Saved to \(path)."))
    case .openSession(let path): try await openSession(path, unless: isStopped, emit)
    default: break
    }
  }

  /// Asks the laboratory; its errors are its own.
  nonisolated(nonsending) func answer(_ request: AnalysisRequest, _ emit: (AppEvent) -> Void) async {
    do {
      let reading = try await engine.laboratory(request)
      let pieces = reading.namedTokens.map { ($0, engine.piece($0)) }
      emit(.laboratory(reading, pieces: Dictionary(uniqueKeysWithValues: pieces)))
    } catch {
      emit(.laboratoryFailed(request, "\(error)"))
    }
  }

  /// Forward along the record, every token seen by the screen.
  nonisolated(nonsending) private func goOn(
    to position: Int, unless isStopped: @escaping @Sendable () -> Bool, _ emit: (AppEvent) -> Void
  ) async throws {
    let session = await engine.session
    let end = min(position, session.length)
    var reached = session.position
    let clock = ContinuousClock()
    while !isStopped(), !Task.isCancelled, reached < end {
      let start = clock.now
      let batch = await engine.steps(
        for: EngineWorker.batch, maximumReply: .max, until: end, unless: isStopped)
      let result = try batch.handOn(seconds: (clock.now - start) / .seconds(1), emit)
      guard let result, case .more = batch.end else { return }
      reached = result.position
    }
  }

  nonisolated(nonsending) private func exportLogits(to path: String, _ emit: (AppEvent) -> Void) async throws {
    guard let next = await engine.nextToken, let format = ExportFormat(path: path) else {
      return emit(.failed("There are no logits before the first token: type a message first."))
    }
    try AtomicFile.write(Export.logits(next, piece: { engine.piece($0) }, as: format), to: path)
    emit(.notice("Saved to \(path)."))
  }

  nonisolated(nonsending) private func openSession(
    _ path: String, unless isStopped: @escaping @Sendable () -> Bool, _ emit: (AppEvent) -> Void
  ) async throws {
    let session = try SessionFile(json: try FileBytes.read(path))
    try await engine.open(session, sha256: try await hash())
    emit(.wasReset)
    try await goOn(to: session.position, unless: isStopped, emit)
    let (length, wordsWait) = ((await engine.session).length, await engine.hasTyped)
    let rest = wordsWait ? ", and the rest of a message waits" : ""
    emit(.opened("\(path) is open: \(session.position) tokens of \(length)\(rest).", wordsWait: wordsWait))
  }

  /// Of the weights; all of them are read, off the main thread.
  private func hash() async throws -> String {
    let folder = folder
    return try await Task.detached { try SessionFile.hash(ofModelIn: folder) }.value
  }
}

extension StepBatch {
  /// Hands on what a stretch has brought. Throws what ended it.
  func handOn(seconds: Double, _ emit: (AppEvent) -> Void) throws -> StepResult? {
    if let result { emit(.result(result, passing: passed, seconds: seconds / Double(passed.count + 1))) }
    switch end {
    case .more: break
    case .replyEnded: emit(.replyEnded)
    case .breakpoint(let text): emit(.breakpoint(text))
    case .failed(let error): throw error
    }
    return result
  }
}
