import ArgumentParser
import Foundation
import RetNetTUI
import Synchronization
import TerminalKit

/// Shows on one line of a terminal what a command does, how far it is, and how much time is left.
///
///     let shown = progress.start("evaluating talk.txt")
///     defer { shown.end() }
///     … shown.update(done, of: total)
///
/// The line is on standard error, appears after half a second, and disappears at the end. Nothing is written if standard
/// error is not a terminal.
final class CommandProgress: Sendable {
  private struct State {
    var task: String
    var unit: String?
    var done = 0
    /// 0 while it is unknown.
    var total = 0
    var expected: Double?
    var start = ContinuousClock.now
    var hasEnded: Bool

    var text: String {
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      if let expected { return CommandProgress.text(task, seconds: seconds, expected: expected) }
      return CommandProgress.text(task, done: done, of: total, unit: unit, seconds: seconds)
    }
  }

  private let state: Mutex<State>

  private static let delay = 0.5
  private static let interval = 0.25

  /// - Parameter isShown: false shows nothing.
  init(_ task: String, unit: String?, isShown: Bool) {
    state = Mutex(State(task: task, unit: unit, hasEnded: !isShown))
    // Not a timer of Dispatch, whose threads may all compute.
    if isShown { Thread.detachNewThread { self.redraw() } }
  }

  private func redraw() {
    Thread.sleep(forTimeInterval: Self.delay)
    while draw() { Thread.sleep(forTimeInterval: Self.interval) }
  }

  /// Draws unless the work has ended. Returns whether it continues.
  private func draw() -> Bool {
    state.withLock { state in
      if state.hasEnded { return false }
      if TTY.isForeground(STDERR_FILENO) { StandardError.showStatus("retnet: \(state.text)") }
      return true
    }
  }

  /// Sets what is done of what is to do. May be called from any thread.
  func update(_ done: Int, of total: Int) {
    state.withLock { ($0.done, $0.total) = (done, total) }
  }

  /// Starts the next part of the work.
  ///
  /// - Parameters:
  ///   - unit: names what is counted; nil shows percent.
  ///   - expected: the seconds to the end of all parts, if these cannot be counted.
  func begin(_ task: String, unit: String? = nil, expected: Double? = nil) {
    state.withLock { state in
      state = State(task: task, unit: unit, expected: expected, hasEnded: state.hasEnded)
    }
  }

  /// Removes the line.
  func end() {
    state.withLock { state in
      guard !state.hasEnded else { return }
      state.hasEnded = true
      StandardError.eraseStatus()
    }
  }

  /// The line after some seconds of work: with the share and the time left once these are known.
  static func text(_ task: String, done: Int, of total: Int, unit: String? = nil, seconds: Double) -> String {
    guard total > 0 else { return "\(task) · \(RunTime.text(seconds))" }
    let done = min(done, total)
    let extent =
      unit.map { "\(Numbers.grouped(done)) of \(Numbers.grouped(total)) \($0)" }
      ?? "\(Int(Double(done) / Double(total) * 100)) %"
    // The first parts are not typical.
    guard seconds >= 1, let left = RunTime.left(done: done, of: total, seconds: seconds) else {
      return "\(task) · \(extent)"
    }
    return "\(task) · \(extent) · \(RunTime.text(left)) left"
  }

  /// The line of work with an expected time.
  static func text(_ task: String, seconds: Double, expected: Double) -> String {
    seconds < expected
      ? "\(task) · \(RunTime.text((expected - seconds).rounded(.up))) left" : "\(task) · \(RunTime.text(seconds))"
  }
}

/// The progress of a command, and the option that hides it.
struct ProgressArguments: ParsableArguments {
  @Flag(help: "Show no progress on the terminal.") var quiet = false

  /// - Parameter writesResults: whether results are written meanwhile. A terminal then shows these instead.
  func start(_ task: String, unit: String? = nil, writesResults: Bool = false) -> CommandProgress {
    let isHidden = quiet || writesResults && TTY.isTerminal(STDOUT_FILENO)
    return CommandProgress(task, unit: unit, isShown: !isHidden && TTY.canRedraw(STDERR_FILENO))
  }
}
