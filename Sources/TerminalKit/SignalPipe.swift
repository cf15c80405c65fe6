import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

// The one place a signal handler can find its pipe. Written before handlers are installed and after they are removed, by
// `SignalPipe` alone; an aligned Int32, which handlers only read.
nonisolated(unsafe) private var signalDescriptor: Int32 = -1

/// Turns signals that would end the program into values, so that it can first give the terminal back.
///
/// The handler only writes the signal's number to a pipe. One exists at a time. After closing up, a program ends with the
/// status `128 + signal`.
package final class SignalPipe: Sendable {
  /// Readable when a signal has come, for `poll`.
  let readDescriptor: Int32
  private let writeDescriptor: Int32
  private let former: [(signal: Int32, action: Saved)]

  private struct HeldSource: @unchecked Sendable {  // Dispatch sources may be used from any thread
    let source: any DispatchSourceRead
  }

  /// Signal actions as they were; never looked into.
  private struct Saved: @unchecked Sendable {  // a plain copy of a C struct, immutable
    var action: sigaction
  }

  /// - Throws: `TerminalError.systemCall` if there are no descriptors left.
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
    former = signals.map { signal in
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
      return (signal, Saved(action: old))
    }
  }

  /// The next signal that has come, or nil. Never blocks.
  package func next() -> Int32? {
    var byte: UInt8 = 0
    return read(readDescriptor, &byte, 1) == 1 ? Int32(byte) : nil
  }

  /// Signals as they come, until the consumer leaves or `close`.
  package func signals() -> AsyncStream<Int32> {
    AsyncStream { continuation in
      let held = HeldSource(
        source: DispatchSource.makeReadSource(fileDescriptor: readDescriptor, queue: DispatchQueue(label: "signals")))
      held.source.setEventHandler {
        while let signal = self.next() { continuation.yield(signal) }
      }
      continuation.onTermination = { _ in held.source.cancel() }
      held.source.activate()
    }
  }

  /// Gives the signals back to who had them, and closes the pipe. Call once, when no `signals()` is being consumed.
  package func close() {
    for (signal, saved) in former {
      var action = saved.action
      sigaction(signal, &action, nil)
    }
    signalDescriptor = -1
    closeDescriptor(readDescriptor)
    closeDescriptor(writeDescriptor)
  }
}

/// `close(2)`; inside `SignalPipe` the name is taken.
private func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }
