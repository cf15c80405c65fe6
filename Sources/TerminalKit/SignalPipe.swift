import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

// Signal handlers find their pipe here. Only `SignalPipe` writes it, before handlers are installed and after they are
// removed; an aligned Int32, which handlers only read.
nonisolated(unsafe) private var signalDescriptor: Int32 = -1

/// Converts signals that would end the program to values, so that it can restore the terminal first.
///
/// The handler only writes the signal's number to a pipe. Only one instance exists at a time. After cleaning up, a
/// program exits with status `128 + signal`.
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
  package init(signals: [Int32] = [SIGTERM, SIGHUP, SIGINT]) throws(TerminalError) {
    precondition(signalDescriptor == -1, "there is a SignalPipe already; close it first")
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .systemCall("pipe", errno) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
    }
    readDescriptor = ends[0]
    writeDescriptor = ends[1]
    signalDescriptor = ends[1]
    previousActions = signals.map { signal in
      var action = sigaction()
      sigemptyset(&action.sa_mask)
      action.sa_flags = Int32(SA_RESTART)
      let handler: @convention(c) (Int32) -> Void = { signal in
        let saved = errno
        var byte = UInt8(truncatingIfNeeded: signal)
        _ = write(signalDescriptor, &byte, 1)
        errno = saved
      }
      #if os(Linux)
        action.__sigaction_handler.sa_handler = handler
      #else
        action.__sigaction_u.__sa_handler = handler
      #endif
      var old = sigaction()
      sigaction(signal, &action, &old)
      return (signal, SavedAction(action: old))
    }
  }

  /// The next signal that has arrived, or nil. Never blocks.
  package func next() -> Int32? {
    var byte: UInt8 = 0
    return read(readDescriptor, &byte, 1) == 1 ? Int32(byte) : nil
  }

  /// Signals as they arrive, until the consumer ends or `close` is called.
  package func signals() -> AsyncStream<Int32> {
    AsyncStream { continuation in
      let box = SendableSource(
        source: DispatchSource.makeReadSource(fileDescriptor: readDescriptor, queue: DispatchQueue(label: "signals")))
      box.source.setEventHandler {
        while let signal = self.next() { continuation.yield(signal) }
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
    signalDescriptor = -1
    closeDescriptor(readDescriptor)
    closeDescriptor(writeDescriptor)
  }
}

/// `close(2)`, whose name is shadowed inside `SignalPipe`.
private func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }
