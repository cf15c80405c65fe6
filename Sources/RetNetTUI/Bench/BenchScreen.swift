import Foundation
import RetNet
import RetNetAnalysis
import TerminalKit

/// The time of one frame of the app during a reply. Medians over the frames.
package struct BenchScreen {
  package var columns: Int
  package var rows: Int
  /// Time to apply a step result, render the screen and send the changes to the terminal.
  package var frameSeconds: Double
  /// The part of it that renders the grid from the state.
  package var renderSeconds: Double
  package var frames: Int
  /// Time to render the slowest page of the state explorer after the same number of tokens, and the page's name.
  package var explorerSeconds: Double
  package var explorerPage: String

  static let prompt = "Do you like old films?"

  /// Draws every step of a conversation on a pseudo-terminal of 200×60.
  ///
  /// - Throws: `BenchError`, `TerminalError`, or the error of a step.
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

  /// The slowest page of the explorer, with all its data available.
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

  /// The app's terminal on a 200×60 pseudo-terminal, which a thread reads continuously.
  @MainActor static func hiddenTerminal() throws -> NcursesTerminal {
    let pseudo = try BenchTerminal(columns: 200, rows: 60)
    let terminal = try open(on: pseudo)
    let reader = Thread {
      while pseudo.read(within: 60) != nil {}
    }
    reader.start()
    return terminal
  }

  /// The app's terminal on `pseudo`. While it opens, `pseudo` replaces stdin and stdout.
  @MainActor private static func open(on pseudo: BenchTerminal) throws -> NcursesTerminal {
    let kept = [STDIN_FILENO, STDOUT_FILENO].map { ($0, dup($0)) }
    for (descriptor, _) in kept { dup2(pseudo.slave, descriptor) }
    defer {
      for (descriptor, copy) in kept {
        dup2(copy, descriptor)
        close(copy)
      }
    }
    // The pseudo-terminal answers no question for its background.
    return try NcursesTerminal(theme: .dark, environment: ["TERM": "xterm-256color"])
  }

  static func median(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.sorted()[values.count / 2]
  }
}
