import Lessons
import RetNet
import RetNetSession

/// A command of a lesson that its session refuses.
struct LessonCommandError: Error, Equatable, Sendable, CustomStringConvertible {
  var command: String
  var reason: String

  var description: String { "The lesson's command '\(command)' fails: \(reason)" }
}

/// What lessons do with a session beside what one can type.
extension PlainChat {
  /// As if the model had just been opened: nothing has been said or set.
  func restart() async {
    await model.engine.reset()
    await model.engine.setBreakpoints([])
    screen = AppState(columns: 80, rows: 24, settings: ChatSettings())
    settings = ChatSettings()
    await load(model)
    // Before the first token norms are no experiment.
    await refreshSession()
  }

  /// Takes over what the session holds beside the moment.
  func refreshSession() async {
    screen.settings = settings
    _ = update(&screen, .session(await model.engine.session))
    settings = screen.settings
  }

  /// - Throws: `LessonCommandError`.
  func perform(_ command: LessonCommand) async throws {
    screen.notice = nil
    do {
      switch command {
      case .app(let line):
        _ = try await perform(CommandTable.parse(line))
        if let notice = screen.notice, notice.isError {
          throw LessonCommandError(command: "\(command)", reason: notice.text)
        }
      case .feed(let text):
        try await model.engine.feed(text, begun: { _ = update(&screen, .wasReset) }) { result in
          _ = update(&screen, .result(result, seconds: 0))
        }
      case .step(let count): try await stepOn(count)
      }
    } catch let error as LessonCommandError {
      throw error
    } catch {
      throw LessonCommandError(command: "\(command)", reason: "\(error)")
    }
    await refreshSession()
  }

  private func stepOn(_ count: Int) async throws {
    for _ in 0..<count {
      guard let result = try await model.engine.step() else { throw EngineError.endsReply }
      _ = update(&screen, .result(result, seconds: 0))
    }
  }

  /// Has the laboratory answer what a page of it asks, for the screen to hold.
  ///
  /// - Returns: why it has not.
  func ask(_ page: Lab.Page) async -> String? {
    screen.settings = settings
    if let question = screen.labQuestion(of: page), screen.lab.ask(question) {
      await model.answer(question.request) { _ = update(&screen, $0) }
    }
    return screen.lab.failures[page]?.text
  }

  /// What a screen would show of the session.
  var state: AppState {
    var state = screen
    state.settings = settings
    return state
  }
}
