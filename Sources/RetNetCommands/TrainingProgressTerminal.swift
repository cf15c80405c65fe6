import Foundation
import RetNet
import RetNetTraining

/// Displays a run in a terminal: some lines that are redrawn in place, below the earlier output.
final class TrainingProgressTerminal {
  private var progress: TrainingProgress
  private var drawn = 0
  private var lastDraw = ContinuousClock.now - .seconds(1)

  /// Nil if standard output is not a terminal that can move the cursor.
  static func onStandardOutput(_ run: TrainingRun) -> TrainingProgressTerminal? {
    let type = ProcessInfo.processInfo.environment["TERM"] ?? ""
    guard isatty(STDOUT_FILENO) == 1, !type.isEmpty, type != "dumb" else { return nil }
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
    let (width, height) = Self.size()
    let lines = progress.lines(width: width - 1, height: height - 1)
    // A closed terminal sends SIGHUP, which stops the run, so an error here needs no report.
    try? FileHandle.standardOutput.write(contentsOf: Data(Self.redraw(lines, over: drawn).utf8))
    drawn = lines.count
  }

  /// The characters that replace the `drawn` lines above the cursor by `lines`.
  static func redraw(_ lines: [String], over drawn: Int) -> String {
    var text = drawn > 0 ? "\u{1B}[\(drawn)A" : ""
    for line in lines { text += "\r\(line)\u{1B}[K\n" }
    return text + "\u{1B}[J"
  }

  /// Columns and rows; 80 by 24 if the terminal does not report its size.
  private static func size() -> (width: Int, height: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}
