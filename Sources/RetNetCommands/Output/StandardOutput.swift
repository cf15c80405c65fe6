#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where a command writes its results: buffered, and with errors in place of signals and traps.
final class StandardOutput {
  private let descriptor: Int32
  private var buffer: [UInt8] = []

  /// Bytes that are gathered before they are written.
  private static let bufferLength = 1 << 16

  init(descriptor: Int32 = STDOUT_FILENO) {
    self.descriptor = descriptor
    // A reader that leaves is then told by `write`, not by a signal.
    signal(SIGPIPE, SIG_IGN)
  }

  /// - Throws: `OutputError`.
  func write(_ text: String) throws(OutputError) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= Self.bufferLength { try flush() }
  }

  /// Writes what was gathered. Nothing is written without it: each command ends with one.
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

/// `write(2)`; inside `StandardOutput` the name is taken.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

/// Why results cannot be written.
enum OutputError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Whoever read them has left: no error for a user, but there is nothing more to do.
  case closed
  case unwritable(reason: String)

  var description: String {
    switch self {
    case .closed: "Nobody reads standard output any more."
    case .unwritable(let reason): "Standard output cannot be written: \(reason). Check where it leads to."
    }
  }
}
