import RetNet
import RetNetAnalysis
import RetNetSession

extension LoadedModel {
  /// Answers a query with events.
  ///
  /// - Throws: the errors of the engine, `FileError`, `CheckpointError`.
  nonisolated(nonsending) func answer(
    _ query: AnalysisQuery, unless isCancelled: () -> Bool = { false }, _ emit: (AppEvent) -> Void
  ) async throws {
    switch query {
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
    case .recall(let range): try await recall(range, unless: isCancelled, emit)
    case .tree: emit(.tree(await engine.tree()))
    case .tokenMass(let levels, let least):
      try await tokenMass(levels: levels, least: least, unless: isCancelled, emit)
    case .unchangedPrediction:
      if let prediction = try await engine.unchangedPrediction() { emit(.unchangedPrediction(prediction)) }
    case .laboratory(let request):
      do {
        let result = try await engine.laboratory(request)
        let pieces = result.namedTokens.map { ($0, engine.piece($0)) }
        emit(.laboratory(result, pieces: Dictionary(uniqueKeysWithValues: pieces)))
      } catch {
        emit(.laboratoryFailed(request, "\(error)"))
      }
    case .exportLogits(let path):
      guard let next = await engine.nextToken, let format = ExportFormat(path: path) else {
        return emit(.refused("There are no logits before the first token: type a message first."))
      }
      try AtomicFile.write(Export.logits(next, piece: { engine.piece($0) }, as: format), to: path)
      emit(.notice("Saved to \(path)."))
    case .saveSession(let path):
      try await engine.recording(SessionFile.Model(name: info.name, sha256: try await hash())).write(to: path)
      emit(.notice("Saved to \(path)."))
    case .exportTranscript(let path):
      let model = SessionFile.Model(name: info.name, sha256: try await hash())
      let turns = await engine.content(model).turns.map { SavedSession.SavedTurn($0) }
      let title = turns.first { $0.speaker == .user }?.text ?? info.name
      try SessionTranscript(title: title, model: model, turns: turns).write(to: path)
      emit(.notice("Saved to \(path)."))
    case .why: emit(.drawReport(try await engine.why()))
    case .listPersonas: emit(.notice(Persona.summary(Persona.names(in: folder), chosen: info.persona)))
    }
  }

  /// The SHA-256 of the weights. Reads them in full, on a background thread.
  func hash() async throws -> String {
    let folder = folder
    return try await Task.detached { try SessionFile.hash(ofModelIn: folder) }.value
  }
}
