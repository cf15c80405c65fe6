import RetNetTUI
import TerminalKit

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Buffered standard output that throws errors. Nothing else writes to stdout, except the app's screen.
///
/// Control characters in the text never reach a terminal.
final class StandardOutput {
  private let descriptor: Int32
  private let isExact: Bool
  private var buffer: [UInt8] = []

  /// Size of the buffer.
  private static let bufferLength = 1 << 16

  /// - Parameter exact: whether a pipe or a file receives the text unchanged, because the text itself is the result.
  ///   Reports are the same everywhere.
  init(descriptor: Int32 = STDOUT_FILENO, exact: Bool = false) {
    self.descriptor = descriptor
    isExact = exact && !TTY.isTerminal(descriptor)
  }

  /// - Throws: `OutputError`.
  func write(_ text: String) throws(OutputError) {
    buffer.append(contentsOf: (isExact ? text : ScreenText.printable(text)).utf8)
    if buffer.count >= Self.bufferLength { try flush() }
  }

  /// Writes text with control sequences of the program, and flushes. Text from outside in it must be printable. A
  /// terminal that accepts no output now receives nothing.
  ///
  /// - Returns: whether it was written.
  /// - Throws: `OutputError`.
  func draw(_ sequence: String) throws(OutputError) -> Bool {
    guard TTY.acceptsOutput(descriptor) else { return false }
    buffer.append(contentsOf: sequence.utf8)
    try flush()
    return true
  }

  /// Writes the buffer. Every command must call it at its end.
  ///
  /// - Throws: `OutputError`.
  func flush() throws(OutputError) {
    var start = 0
    defer { buffer.removeAll(keepingCapacity: true) }
    while start < buffer.count {
      let count = buffer.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress! + start, $0.count - start) }
      if count >= 0 {
        start += count
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&waiting, 1, -1)
      } else if errno != EINTR {
        throw errno == EPIPE ? .closed : .unwritable(reason: String(cString: strerror(errno)))
      }
    }
  }
}

/// `write(2)`, whose name is shadowed inside `StandardOutput`.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

/// A failure to write results.
enum OutputError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The reader closed the pipe. Not an error for the user, but the command ends.
  case closed
  case unwritable(reason: String)

  var description: String {
    switch self {
    case .closed: "The reader of standard output has closed it."
    case .unwritable(let reason): "Standard output cannot be written: \(reason). Check its destination."
    }
  }

  /// Reports the error. Returns the exit status.
  func report() -> Int32 {
    switch self {
    case .closed: return 0  // as in `retnet … | head -1`
    case .unwritable:
      StandardError.message("\(self)")
      return 2
    }
  }
}
