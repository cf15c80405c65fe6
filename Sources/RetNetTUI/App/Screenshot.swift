/// The app without a terminal: one message, its reply, and the screen that shows it.
@MainActor package final class Screenshot {
  private var state: AppState

  struct Failure: Error, CustomStringConvertible { var description: String }

  package init(columns: Int, rows: Int, settings: ChatSettings) {
    var settings = settings
    settings.speed = nil
    state = AppState(columns: columns, rows: rows, settings: settings)
  }

  /// Whether the name of a file says what is to be written into it.
  nonisolated package static func isFile(_ path: String) -> Bool { CommandTable.parseScreenFile(path) != nil }

  /// Writes the screen once the reply has ended, as the name of the file says; nothing where `isFile` says no.
  package func write(answerTo text: String, model: LoadedModel, to path: String) async throws {
    guard case .saveScreen(_, let format)? = CommandTable.parseScreenFile(path) else { return }
    try ScreenFile.write(render(try await answer(text, model: model)), to: path, format, depth: .colors256)
  }

  /// - Returns: the state once the reply has ended.
  private func answer(_ text: String, model: LoadedModel) async throws -> AppState {
    let queue = EngineQueue(loader: { _, _ in model }, speed: nil) { [weak self] event in self?.events.yield(event) }
    defer { queue.close() }
    _ = queue.carryOut(.loadModel(model.info.name))
    for await event in stream {
      if case .failed(let text) = event { throw Failure(description: text) }
      for effect in update(&state, event) { _ = queue.carryOut(effect) }
      switch event {
      case .modelLoaded:
        state.transcript.submit(text, at: 0)
        state.phase = .running
        _ = queue.carryOut(.submit(text))
        _ = queue.carryOut(state.run)
      case .replyEnded, .stopped: return state
      default: break
      }
    }
    return state
  }

  private let (stream, events) = AsyncStream.makeStream(of: AppEvent.self)
}
