import CFaults
import Foundation

/// Signals that end or stop the program, and its end. Wraps the handlers of CFaults for the other targets.
package enum FatalSignals {
  /// Handles the signals that end a process, except those of `SignalPipe`: restores the terminal, reports the signal in
  /// one line, and ends the program by it.
  ///
  /// The handlers of the Swift runtime, which may ask questions on the terminal, follow only if SWIFT_BACKTRACE is set.
  package static func install() {
    fatal_signals_install(ProcessInfo.processInfo.environment["SWIFT_BACKTRACE"] != nil)
  }

  /// Lets handlers run after a stack overflow on the calling thread. Only the first call on a thread has an effect.
  package static func useAlternateStack() { fatal_signals_use_alternate_stack() }

  /// How often the program has been continued after a stop.
  package static var continuations: Int { Int(fatal_signals_continuations()) }

  /// Ends the program: flushes stdout and stderr, restores the terminal, and exits.
  ///
  /// No exit handlers or destructors run, as other threads may still use what these destroy.
  package static func endProgram(_ status: Int32) -> Never { process_end(status) }

  /// Makes Ctrl-C restore the terminal and end the program with status 130.
  package static func endOnInterrupt() { signal(SIGINT) { fatal_signals_end($0) } }

  /// Whether SIGTERM or SIGHUP has arrived, so that the program must end within a second.
  static var isEnding: Bool { fatal_signals_awaited_end() != 0 }

  // MARK: The terminal

  /// The modes of a terminal before the program changes them.
  package struct Modes {
    fileprivate var modes = termios()

    package init(of descriptor: Int32) { tcgetattr(descriptor, &modes) }
  }

  /// Makes the handlers restore a terminal.
  ///
  /// - Parameter leave: undoes what was sent to the terminal; at most 512 bytes.
  package static func guardTerminal(_ descriptor: Int32, modes: Modes, leave: String) {
    var modes = modes.modes
    fatal_signals_guard_terminal(descriptor, &modes, leave, leave.utf8.count)
  }

  /// Ends the guard, after the terminal is restored.
  package static func releaseTerminal() { fatal_signals_release_terminal() }

  /// Performs output to the guarded terminal. A handler on another thread stops it, so that nothing follows the bytes
  /// that restore the terminal.
  static func output<Result>(_ body: () -> Result) -> Result {
    fatal_signals_begin_output()
    defer { fatal_signals_end_output() }
    return body()
  }

  /// Stops the program as Ctrl-Z does by default, until it is continued in the foreground.
  ///
  /// - Parameter group: whether to stop the other processes of the shell's job too.
  static func stop(_ terminal: Int32, group: Bool) { signal_pipe_stop(terminal, group) }

  /// Returns once the program is in the foreground of the terminal.
  static func awaitForeground(_ terminal: Int32) { signal_pipe_await_foreground(terminal) }
}
