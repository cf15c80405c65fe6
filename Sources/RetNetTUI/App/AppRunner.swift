import Foundation
import RetNet
import TerminalKit

/// Brings keys, signals and the engine's moments to `update`, carries effects out, and draws at most 30 times a second.
@MainActor package final class AppRunner {
  private var state: AppState
  private let terminal: any Terminal
  private let openTerminal: OpenTerminal
  private var queue: EngineQueue?
  private var exitCode: Int32?
  /// Whether the screen shows an older state.
  private var isStale = true

  static let secondsPerFrame = 1.0 / 30

  /// What only a real terminal can do.
  package struct OpenTerminal {
    var setMouse: @MainActor (Bool) -> Void
    /// The next draw paints everything anew.
    var invalidate: @MainActor () -> Void

    package init(
      setMouse: @escaping @MainActor (Bool) -> Void = { _ in }, invalidate: @escaping @MainActor () -> Void = {}
    ) {
      (self.setMouse, self.invalidate) = (setMouse, invalidate)
    }
  }

  package init(terminal: any Terminal, settings: ChatSettings, loader: @escaping ModelLoader, open: OpenTerminal) {
    self.terminal = terminal
    openTerminal = open
    state = AppState(
      columns: terminal.size.columns, rows: terminal.size.rows, traits: terminal.traits, settings: settings)
    queue = EngineQueue(loader: loader, speed: settings.speed) { [weak self] event in self?.receive(event) }
  }

  /// Runs until the user quits or a signal comes.
  ///
  /// - Parameter nextSignal: a signal that has come; never blocks.
  /// - Returns: the exit status.
  package func run(model: String, nextSignal: @MainActor () -> Int32?) async -> Int32 {
    state.phase = .loading(model)
    carryOut([.loadModel(model)])
    let clock = ContinuousClock()
    while exitCode == nil {
      let start = clock.now
      while let signal = nextSignal() {
        if signal == SIGINT { receive(.interrupted) } else { exitCode = 128 + signal }
      }
      for key in terminal.readKeys() where exitCode == nil { receive(.key(key)) }
      if isStale, exitCode == nil {
        isStale = false
        CoreReservation.borrow { terminal.draw(render(state)) }
      }
      // Moments come in while this waits. Half a frame, so that a key is drawn within one.
      let rest = Duration.seconds(Self.secondsPerFrame) - (clock.now - start)
      try? await Task.sleep(for: max(rest, .milliseconds(5)))
    }
    queue?.close()
    terminal.close()
    return exitCode ?? 0
  }

  private func receive(_ event: AppEvent) {
    isStale = true
    carryOut(update(&state, event))
  }

  private func carryOut(_ effects: [Effect]) {
    for effect in effects where queue?.carryOut(effect) != true {
      switch effect {
      case .quit(let code): exitCode = code
      case .setMouse(let on): openTerminal.setMouse(on)
      case .redraw: openTerminal.invalidate()
      case .saveScreen(let path, let format): save(to: path, format)
      case .readLessons(let name):
        do {
          receive(.lessons(try LessonLibrary.read(open: name)))
        } catch {
          receive(.failed("\(error)"))
        }
      case .saveProgress(let progress):
        do {
          try LessonProgressFile().write(progress)
        } catch {
          receive(.notice("\(error)"))
        }
      case .save(let data, let path): write(to: path) { try AtomicFile.write(data, to: path) }
      default: break
      }
    }
  }

  private func save(to path: String, _ format: Command.ScreenFormat) {
    var shown = state
    shown.notice = nil
    write(to: path) { try ScreenFile.write(render(shown), to: path, format, depth: terminal.traits.depth) }
  }

  private func write(to path: String, _ body: () throws -> Void) {
    do {
      try body()
      receive(.notice("Saved to \(path)."))
    } catch {
      receive(.failed("\(error)"))
    }
  }
}
