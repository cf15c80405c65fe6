import Foundation
import Lessons
import RetNet
import TerminalKit

/// The app without its screen: the state, the engine, and the events and effects between them.
@MainActor final class AppCore {
  /// Access to files, lessons and the terminal. Plain mode and tests replace parts of it.
  struct Environment {
    var readLessons: (String?) throws -> LessonLibrary = { try LessonLibrary.read(open: $0) }
    var saveProgress: (LessonProgress) throws -> Void = { try LessonProgressFile().write($0) }
    var saveSettings: ([SettingRow]) throws -> (path: String, settings: Settings) = { try SettingsFile.save($0) }
    var setMouse: @MainActor (Bool) -> Void = { _ in }
    /// Makes the next draw repaint the whole screen.
    var redraw: @MainActor () -> Void = {}
    /// Stops the program as a shell's job, until it is continued.
    var suspend: @MainActor () -> Void = {}
    var remember: (HistoryEntry) throws -> Void = { _ in }
    /// Opens a text in the user's editor, and returns the saved text; nil without a terminal.
    var edit: (@MainActor (String) throws -> String)?
    /// Sets the terminal's clipboard; nil without a screen.
    var copy: (@MainActor (String) -> Void)?
    /// The saved sessions; nil without them.
    var sessions: SessionStore?
    /// Whether there is a screen to save.
    var hasScreen = false
    /// Whether the user can answer a question; else files are not replaced.
    var asks = false
  }

  var state: AppState
  /// The exit status; nil until the user quits.
  private(set) var exitCode: Int32?
  /// The last failure of a step, a file or a model.
  var failure: String?
  /// Called after each event.
  var whenUpdated: @MainActor (AppEvent) -> Void = { _ in }
  private let environment: Environment
  private var queue: EngineQueue?
  /// Actions on the saved sessions that are not awaited yet.
  private var actions: [Task<Void, Never>] = []

  /// - Parameter model: the first session's model; nil if `loader` reads it.
  init(
    _ state: AppState, model: LoadedModel? = nil, loader: @escaping ModelLoader,
    environment: Environment = Environment()
  ) {
    (self.state, self.environment) = (state, environment)
    queue = EngineQueue(model: model, loader: loader, speed: state.settings.speed, store: environment.sessions) {
      [weak self] event, session in
      self?.receive(event, in: session)
    }
    if let model { receive(.modelLoaded(model.info)) }
  }

  /// - Parameter session: the session that sent the event; nil for events of the user and of the app.
  func receive(_ event: AppEvent, in session: Int? = nil) {
    if case .failed(let text) = event { failure = text }
    if case .refused(let text) = event { failure = text }
    if case .modelFailed(let text) = event { failure = text }
    let effects = update(&state, event, in: session)
    whenUpdated(event)
    let origin = state.waitingSessions.first { $0.id == session } ?? state.session
    for effect in effects { carryOut(effect, session: origin.id) }
  }

  func carryOut(_ effect: Effect, session: Int = 0) {
    switch effect {
    case .engine(let request): queue?.send(request, session: session)
    case .analysis(let query): queue?.ask(query, session: session)
    case .app(let action): carryOut(action, session: session)
    }
  }

  /// Waits until the engine has finished all jobs.
  func finish() async {
    while let task = actions.first {
      await task.value
      actions.removeFirst()
    }
    await queue?.waitUntilIdle()
  }

  /// Ends runs, and waits until the session is saved.
  func finishSaving() async {
    guard let sessions = environment.sessions else { return }
    await queue?.finishSaving()
    await sessions.leave()
  }

  func close() { queue?.close() }

  // MARK: Actions

  private func carryOut(_ action: AppAction, session: Int) {
    switch action {
    case .quit(let code): exitCode = code
    case .setMouse(let on): environment.setMouse(on)
    case .listModels: receive(.models(ModelCatalog.names()))
    case .saveSettings(let rows):
      do {
        let (path, settings) = try environment.saveSettings(rows)
        receive(.settingsSaved(settings, path: path))
      } catch {
        receive(.refused("\(error)"))
      }
    case .redraw: environment.redraw()
    case .suspend: environment.suspend()
    case .unlessFileExists(let path, let command, let effect):
      guard AtomicFile.replacesFile(at: path) else { return carryOut(effect, session: session) }
      if environment.asks { return receive(.fileExists(path, command)) }
      receive(.refused("'\(path)' exists and is unchanged. '\(command.newFile?.replacing ?? "")' replaces it."))
    case .save(let data, let path): write(to: path) { try AtomicFile.write(data, to: path) }
    case .saveScreen(let path, let format):
      guard environment.hasScreen else {
        return receive(.refused("There is no screen to save in plain mode; start without --plain."))
      }
      var shown = state
      shown.notice = nil
      write(to: path) { try Screenshot.write(shown, to: path, format) }
    case .sessions(let action): carryOut(action)
    case .readLessons(let name): readLessons(open: name)
    case .remember(let entry):
      do {
        try environment.remember(entry)
      } catch {
        // Once, as each line would repeat it.
        state.keepsHistory = false
        receive(.notice("The history is not kept: \(error)"))
      }
    case .complete(let query): receive(.completions(CompletionFiles.items(query), for: query))
    case .edit(let text): edit(text)
    case .copy(let text, let name):
      guard let copy = environment.copy else {
        return receive(.refused("The clipboard needs the screen: start without --plain."))
      }
      copy(text)
      receive(.notice("Copied \(name) to the terminal's clipboard: \(text.count) characters."))
    case .saveProgress(let progress):
      do {
        try environment.saveProgress(progress)
      } catch {
        receive(.notice("\(error)"))
      }
    }
  }

  private func edit(_ text: String) {
    guard let edit = environment.edit else {
      return receive(.refused("The editor needs a terminal."))
    }
    do {
      receive(.edited(try edit(text)))
    } catch {
      receive(.refused("\(error)"))
    }
  }

  /// Files are read and written off the main actor.
  private func carryOut(_ action: SavedSessionsAction) {
    guard let store = environment.sessions else { return receive(.refused("\(SavedSessionError.noHome)")) }
    actions.append(
      Task { [weak self] in
        do {
          switch action {
          case .list: break
          case .rename(let id, let name):
            self?.receive(.notice("The session is named '\(try await store.rename(id, to: name))'."))
            if id == nil { return }
          case .delete(let id): self?.receive(.notice("Deleted '\(try await store.delete(id))'."))
          }
          let (listing, open) = await store.list()
          self?.receive(.sessions(listing, open: open))
        } catch {
          self?.receive(.refused("\(error)"))
        }
      })
  }

  /// Reads the lessons and opens the one named `name`. If that fails, the list is still shown.
  private func readLessons(open name: String?) {
    do {
      receive(.lessons(try environment.readLessons(name)))
    } catch {
      var library =
        (try? environment.readLessons(nil)) ?? LessonLibrary(lessons: [], progress: state.classroom.progress)
      library.refusal = "\(error)"
      receive(.lessons(library))
    }
  }

  private func write(to path: String, _ body: () throws -> Void) {
    do {
      try body()
      receive(.notice("Saved to \(path)."))
    } catch {
      receive(.refused("\(error)"))
    }
  }
}
