import Foundation
import RetNet
import RetNetTraining
import TerminalKit

/// Displays a run in a terminal: some lines that are redrawn in place, below the earlier output.
final class TrainingProgressTerminal {
  private var progress: TrainingProgress
  private let output = StandardOutput()
  private var drawn = 0
  private var lastDraw = ContinuousClock.now - .seconds(1)
  private var continuations = FatalSignals.continuations

  /// Nil if standard output is not a terminal that can move the cursor.
  static func onStandardOutput(_ run: TrainingRun) -> TrainingProgressTerminal? {
    guard TTY.canRedraw(STDOUT_FILENO) else { return nil }
    return TrainingProgressTerminal(
      TrainingProgress(title: "retnet train · \(run.folder)", totalSteps: run.options.steps, history: run.history))
  }

  init(_ progress: TrainingProgress) {
    self.progress = progress
  }

  func show(_ event: TrainingEvent) {
    progress.receive(event)
    guard ContinuousClock.now - lastDraw >= .milliseconds(200) else { return }
    draw()
  }

  /// Draws the latest events. The display remains on the screen.
  func finish() { draw() }

  private func draw() {
    lastDraw = .now
    if continuations != FatalSignals.continuations {
      // The shell has written below the drawn lines.
      continuations = FatalSignals.continuations
      drawn = 0
    }
    let (width, height) = TTY.size() ?? (80, 24)
    let lines = progress.lines(width: width - 1, height: height - 1)
    // A closed terminal sends SIGHUP, which stops the run, so an error here needs no report.
    if (try? output.draw(Self.redraw(lines, over: drawn))) == true { drawn = lines.count }
  }

  /// The characters that replace the `drawn` lines above the cursor by `lines`.
  static func redraw(_ lines: [String], over drawn: Int) -> String {
    var text = drawn > 0 ? "\u{1B}[\(drawn)A" : ""
    for line in lines { text += "\r\(ScreenText.cleaned(line))\u{1B}[K\n" }
    return text + "\u{1B}[J"
  }
}
