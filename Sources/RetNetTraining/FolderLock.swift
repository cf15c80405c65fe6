import RetNet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Holds a folder for one process, until it ends or lets go: two runs in one folder would destroy each other's files.
final class FolderLock {
  private let descriptor: Int32

  /// Throws `TrainingError.runUnderway` where another process holds the folder, or `FileError`.
  package init(_ folder: String) throws {
    descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError.unreadable(path: folder, reason: systemReason(errno)) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      guard errno == EWOULDBLOCK else { return }  // some network file systems have no locks
      throw TrainingError.runUnderway(folder: folder)
    }
  }

  deinit { close(descriptor) }
}
