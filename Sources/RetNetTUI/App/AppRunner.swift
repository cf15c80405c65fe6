import Foundation
import RetNet
import TerminalKit

/// Passes keys and signals to the app, and draws at most 30 times a second.
@MainActor package final class AppRunner {
  private let core: AppCore
  private let terminal: any Terminal
  private let suspend: @MainActor (Bool) -> Void
  private let resume: @MainActor () -> Void
  /// Where the first start of the app is recorded; nil for no tour.
  private let tour: TourFile?
  /// Whether the state changed since the last draw.
  private var isStale = true
  private var drawnHover: ViewTarget?

  static let secondsPerFrame = 1.0 / 30
  private static let longestTick = 0.5
  private static let slowFramesAllowed = 3

  /// - Parameters:
  ///   - tour: whether the tour was shown; nil for no tour.
  ///   - history: the messages and commands of earlier sessions, which the setting `history` uses; nil for none.
  ///   - sessions: where the session is saved; nil saves nothing.
  ///   - session: the id of a saved session to resume.
  ///   - setMouse: turns mouse reports of a real terminal on or off.
  ///   - invalidate: makes its next draw repaint the whole screen.
  ///   - suspend: restores the terminal and stops the program until it is continued; if true, the other processes of the
  ///     shell's job too.
  ///   - resume: sets the app's terminal modes again after the program was continued.
  ///   - edit: opens a text in the user's editor, and returns the saved text; nil without an editor.
  ///   - copy: sets the terminal's clipboard.
  package init(
    terminal: any Terminal, settings: ChatSettings, sources: SettingSources = SettingSources(),
    loader: @escaping ModelLoader, tour: TourFile? = nil, history: HistoryFile? = nil, sessions: SessionStore? = nil,
    resuming session: String? = nil,
    setMouse: @escaping @MainActor (Bool) -> Void = { _ in }, invalidate: @escaping @MainActor () -> Void = {},
    suspend: @escaping @MainActor (Bool) -> Void = { _ in }, resume: @escaping @MainActor () -> Void = {},
    edit: (@MainActor (String) throws -> String)? = nil, copy: (@MainActor (String) -> Void)? = nil
  ) {
    (self.terminal, self.suspend, self.resume, self.tour) = (terminal, suspend, resume, tour)
    var state = AppState(
      columns: terminal.size.columns, rows: terminal.size.rows, traits: terminal.traits, settings: settings,
      sources: sources)
    state.resumes = session
    core = AppCore(
      state, loader: loader,
      environment: AppCore.Environment(
        setMouse: setMouse, redraw: invalidate, suspend: { suspend(true) }, remember: { try history?.append($0) },
        edit: edit, copy: copy, sessions: sessions, hasScreen: true, asks: true))
    readHistory(history)
    core.whenUpdated = { [weak self] event in self?.noticeUpdate(event) }
  }

  /// A movement of the mouse changes the screen only if it reaches another target.
  private func noticeUpdate(_ event: AppEvent) {
    if case .key(.mouse(let mouse)) = event, mouse.kind == .move, core.state.hover == drawnHover { return }
    isStale = true
  }

  private func readHistory(_ history: HistoryFile?) {
    guard let history else { return }
    do {
      core.state.load(core.state.settings.history ? try history.read() : [])
    } catch {
      core.receive(.notice("The history is not kept: \(error)"))
    }
  }

  /// Begins the tour at the first start. It is recorded at once, so that the next start has none however this one ends.
  private func beginTourOnce() {
    guard let tour, !tour.isShown else { return }
    core.receive(.tour)
    do {
      try tour.record()
    } catch {
      core.receive(.notice("\(error) The tour will begin at the next start too."))
    }
  }

  /// Runs until the user quits or a signal comes.
  ///
  /// - Parameter nextSignal: returns a pending signal; never blocks.
  /// - Returns: the exit status.
  package func run(model: String, nextSignal: @MainActor () -> Int32?) async -> Int32 {
    core.state.phase = .loading(model)
    core.carryOut(.engine(.loadModel(model, for: .conversation)))
    if !core.state.mouse { core.carryOut(.app(.setMouse(false))) }
    core.state.reportProblems()
    beginTourOnce()
    let clock = ContinuousClock()
    var ended: Int32?
    var (last, slowFrames) = (clock.now, 0)
    while ended == nil {
      let start = clock.now
      if core.state.isMoving {
        // A program that was stopped does not catch up.
        core.receive(.tick(seconds: min((start - last) / .seconds(1), Self.longestTick)))
      }
      last = start
      while let signal = nextSignal() {
        switch signal {
        case SIGINT: core.receive(.interrupted)
        case SIGTSTP: suspend(false)
        case SIGCONT: resume()
        default: ended = 128 + signal
        }
        isStale = true
      }
      for key in terminal.readKeys().mergingMovements where core.exitCode == nil { core.receive(.key(key)) }
      ended = ended ?? core.exitCode
      if isStale, ended == nil {
        isStale = false
        terminal.use(core.state.traits.theme)
        drawnHover = core.state.hover
        let drawing = clock.now
        CoreReservation.borrow { terminal.draw(render(core.state)) }
        let isSlow = core.state.session.playback != nil && clock.now - drawing > .seconds(StepPlayback.secondsPerFrame)
        slowFrames = isSlow ? slowFrames + 1 : 0
        if slowFrames == Self.slowFramesAllowed { core.receive(.terminalIsSlow) }
      }
      // Engine events arrive during this sleep.
      let rest = Duration.seconds(Self.secondsPerFrame) - (clock.now - start)
      try? await Task.sleep(for: max(rest, .milliseconds(5)))
    }
    await core.finishSaving()
    core.close()
    terminal.close()
    return ended ?? 0
  }
}
