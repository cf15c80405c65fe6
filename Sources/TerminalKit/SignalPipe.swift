import CFaults
import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Converts signals that would end or stop the program to values, so that it can restore the terminal first.
///
/// The handler writes the signal's number to a pipe. After cleaning up, a program exits with status `128 + signal`. If
/// it does not within a second of SIGTERM or SIGHUP, or if a second one arrives, the handler restores the terminal and
/// exits; also at a second SIGINT before the program has responded to the first. Only one instance exists at a time.
package final class SignalPipe: Sendable {
  /// Readable when a signal has arrived, for `poll`.
  let readDescriptor: Int32
  private let writeDescriptor: Int32
  private let previousActions: [(signal: Int32, action: SavedAction)]

  private struct SendableSource: @unchecked Sendable {  // Dispatch sources may be used from any thread
    let source: any DispatchSourceRead
  }

  /// The previous action of a signal, stored opaquely.
  private struct SavedAction: @unchecked Sendable {  // a plain copy of a C struct, immutable
    var action: sigaction
  }

  /// - Throws: `TerminalError.systemCall` if no descriptors are available.
  package init(signals: [Int32] = [SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT]) throws(TerminalError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .systemCall("pipe", errno) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
    }
    readDescriptor = ends[0]
    writeDescriptor = ends[1]
    signal_pipe_set(ends[1])
    previousActions = signals.map { signal in
      var action = sigaction()
      sigemptyset(&action.sa_mask)
      action.sa_flags = Int32(SA_RESTART)
      #if os(Linux)
        action.__sigaction_handler.sa_handler = signal_pipe_handler
      #else
        action.__sigaction_u.__sa_handler = signal_pipe_handler
      #endif
      var old = sigaction()
      sigaction(signal, &action, &old)
      return (signal, SavedAction(action: old))
    }
  }

  /// The next signal that has arrived, or nil. Never blocks. The program responds to it now.
  package func next() -> Int32? {
    acknowledge()
    return receive()
  }

  private func receive() -> Int32? {
    var byte: UInt8 = 0
    return read(readDescriptor, &byte, 1) == 1 ? Int32(byte) : nil
  }

  /// States that the program has responded to SIGINT from `signals()`.
  package func acknowledge() { signal_pipe_acknowledge() }

  /// Signals as they arrive, until the consumer ends or `close` is called. The consumer calls `acknowledge` for each.
  package func signals() -> AsyncStream<Int32> {
    AsyncStream { continuation in
      let box = SendableSource(
        source: DispatchSource.makeReadSource(fileDescriptor: readDescriptor, queue: DispatchQueue(label: "signals")))
      box.source.setEventHandler {
        while let signal = self.receive() { continuation.yield(signal) }
      }
      continuation.onTermination = { _ in box.source.cancel() }
      box.source.activate()
    }
  }

  /// Restores the previous signal actions and closes the pipe. Call once, when no `signals()` stream is in use.
  package func close() {
    for (signal, saved) in previousActions {
      var action = saved.action
      sigaction(signal, &action, nil)
    }
    signal_pipe_set(-1)
    closeDescriptor(readDescriptor)
    closeDescriptor(writeDescriptor)
  }
}

/// `close(2)`, whose name is shadowed inside `SignalPipe`.
private func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }
