/// The app without a terminal: one message, its reply, and the screen that shows it.
@MainActor final class Screenshot {
  private var state: AppState

  struct Failure: Error, CustomStringConvertible { var description: String }

  init(columns: Int, rows: Int, settings: ChatSettings) {
    state = AppState(columns: columns, rows: rows, settings: settings)
  }

  /// - Returns: the state once the reply has ended.
  func answer(_ text: String, model: LoadedModel) async throws -> AppState {
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
