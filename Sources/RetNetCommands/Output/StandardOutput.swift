#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Buffered standard output that throws errors instead of raising signals.
final class StandardOutput {
  private let descriptor: Int32
  private var buffer: [UInt8] = []

  /// Size of the buffer.
  private static let bufferLength = 1 << 16

  init(descriptor: Int32 = STDOUT_FILENO) {
    self.descriptor = descriptor
    // `write` then fails with EPIPE when the reader closes the pipe.
    signal(SIGPIPE, SIG_IGN)
  }

  /// - Throws: `OutputError`.
  func write(_ text: String) throws(OutputError) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= Self.bufferLength { try flush() }
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
}
