import RetNet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An exclusive lock on a folder, held until the object or the process ends. It prevents two runs from overwriting each
/// other's files.
final class FolderLock {
  private let descriptor: Int32

  /// - Throws: `TrainingError.runInProgress` if another process holds the lock; `FileError`.
  package init(_ folder: String) throws {
    descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError.unreadable(path: folder, reason: systemReason(errno)) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      guard errno == EWOULDBLOCK else { return }  // some network file systems have no locks
      throw TrainingError.runInProgress(folder: folder)
    }
  }

  deinit { close(descriptor) }
}
