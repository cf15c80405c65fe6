import Foundation
import RetNet
import RetNetAnalysis
import TerminalKit

/// How long one frame of the app takes during a reply. Medians over the frames.
package struct BenchScreen {
  package var columns: Int
  package var rows: Int
  /// Applying a step result, rendering the screen and sending what has changed to the terminal.
  package var frameSeconds: Double
  /// Of that, making the grid from the state.
  package var renderSeconds: Double
  package var frames: Int
  /// Rendering the state explorer's slowest page after as many tokens, and which page that is.
  package var explorerSeconds: Double
  package var explorerPage: String

  static let prompt = "Do you like old films?"

  /// Draws every step of a conversation on a pseudo-terminal of 200×60.
  ///
  /// - Throws: `BenchError`, `TerminalError`, or what a step throws.
  @MainActor package static func measure(_ model: LoadedModel, seconds: Double) async throws -> BenchScreen {
    let terminal = try hiddenTerminal()
    defer { terminal.close() }
    var settings = ChatSettings()
    settings.maximumTokens = .max
    var state = AppState(
      columns: terminal.size.columns, rows: terminal.size.rows, traits: terminal.traits, settings: settings)
    _ = update(&state, .modelLoaded(model.info))

    var (frames, renders): ([Double], [Double]) = ([], [])
    let end = Stopwatch.now() + seconds
    var turns = 0
    while Stopwatch.now() < end || frames.count < 3, turns <= frames.count + 3 {
      guard let result = try await model.engine.step() else {
        turns += 1
        if turns > 1 { _ = update(&state, .replyEnded) }
        _ = state.submit(prompt)
        try await model.engine.submit(prompt)
        continue
      }
      let start = Stopwatch.now()
      _ = update(&state, .result(result, seconds: 0.001))
      let updated = Stopwatch.now()
      let grid = render(state)
      let rendered = Stopwatch.now()
      terminal.draw(grid)
      frames.append(Stopwatch.now() - start)
      renders.append(rendered - updated)
    }
    let slowest = await slowestPage(state, model)
    return BenchScreen(
      columns: terminal.size.columns, rows: terminal.size.rows, frameSeconds: median(frames),
      renderSeconds: median(renders), frames: frames.count, explorerSeconds: slowest.seconds,
      explorerPage: slowest.page.rawValue)
  }

  /// The page of the explorer that takes longest to render, with all that it may show at hand.
  @MainActor private static func slowestPage(
    _ state: AppState, _ model: LoadedModel
  ) async -> (page: Explorer.Page, seconds: Double) {
    let core = AppCore(state, model: model, loader: { _, _ in model })
    defer { core.close() }
    core.state = state
    core.state.phase = .paused
    core.state.view = .explorer
    var slowest = (page: Explorer.Page.overview, seconds: 0.0)
    for page in Explorer.Page.allCases {
      core.state.explorer.page = page
      core.state.explorer.mode = .share
      core.state.explorer.strip = .mean
      for effect in core.state.explorerRequests() { core.carryOut(effect) }
      await core.finish()
      let times = (0..<7).map { _ in
        let start = Stopwatch.now()
        _ = render(core.state)
        return Stopwatch.now() - start
      }
      if median(times) > slowest.seconds { slowest = (page, median(times)) }
    }
    return slowest
  }

  /// The app's own terminal on a pseudo-terminal of 200×60, which is read continuously.
  @MainActor static func hiddenTerminal() throws -> NcursesTerminal {
    let pseudo = try BenchTerminal(columns: 200, rows: 60)
    let terminal = try open(on: pseudo)
    let reader = Thread {
      while pseudo.read(within: 60) != nil {}
    }
    reader.start()
    return terminal
  }

  /// The app's own terminal on `pseudo`, which replaces stdin and stdout while it is opened.
  @MainActor private static func open(on pseudo: BenchTerminal) throws -> NcursesTerminal {
    let kept = [STDIN_FILENO, STDOUT_FILENO].map { ($0, dup($0)) }
    for (descriptor, _) in kept { dup2(pseudo.slave, descriptor) }
    defer {
      for (descriptor, copy) in kept {
        dup2(copy, descriptor)
        close(copy)
      }
    }
    return try NcursesTerminal(environment: ["TERM": "xterm-256color"])
  }

  static func median(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.sorted()[values.count / 2]
  }
}
