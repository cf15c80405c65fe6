import RetNet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The lock of an open session: `flock` on a file beside the session's. The file holds the number of the process.
///
/// The system releases the lock when the process ends, however it ends. A lock file that is left locks nothing.
final class SessionLock: Sendable {
  private let descriptor: Int32
  private let path: String

  /// Locks a file, which is created if it does not exist.
  ///
  /// - Returns: nil if another program has locked it.
  /// - Throws: `FileError.unwritable`.
  init?(_ path: String) throws {
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
      guard descriptor >= 0 else { throw FileError.unwritable(path: path, reason: systemReason(errno)) }
      // Some network file systems have no locks. A session is then open without one.
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        close(descriptor)
        return nil
      }
      // The last owner may have removed the file between the two calls.
      var (locked, named) = (stat(), stat())
      if fstat(descriptor, &locked) == 0, stat(path, &named) == 0, locked.st_ino == named.st_ino {
        (self.descriptor, self.path) = (descriptor, path)
        break
      }
      close(descriptor)
    }
    let text = "\(getpid())\n"
    _ = ftruncate(descriptor, 0)
    _ = pwrite(descriptor, text, text.utf8.count, 0)
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  /// The process that has locked a file; nil if none has. 0 if its number is unknown.
  static func owner(_ path: String) -> Int? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
    var bytes = [UInt8](repeating: 0, count: 20)
    let count = read(descriptor, &bytes, bytes.count)
    let digits = bytes.prefix(max(count, 0)).prefix { $0 != UInt8(ascii: "\n") }
    return Int(String(decoding: digits, as: UTF8.self)) ?? 0
  }
}
