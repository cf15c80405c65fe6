#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An exclusive lock on a folder, held until the object or the process ends. It prevents two processes from overwriting
/// each other's files.
package final class FolderLock {
  private let descriptor: Int32

  /// Nil if another process holds the lock. Throws `FileError`.
  package init?(_ folder: String) throws {
    descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError.unreadable(path: folder, reason: systemReason(errno)) }
    // Some network file systems have no locks.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return nil }
  }

  deinit { close(descriptor) }
}
