#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Opens regular files and nothing else.
package enum RegularFile {
  /// Opens a file and returns its descriptor and status. The caller closes the descriptor.
  ///
  /// `O_NONBLOCK` lets the call return at once for a named pipe without a writer, or a device; both are then refused.
  /// It has no effect on the reads and writes of a regular file.
  ///
  /// - Parameter flags: `O_RDONLY` or `O_RDWR`.
  /// - Throws: `FileError`.
  package static func open(_ path: String, _ flags: Int32) throws -> (descriptor: Int32, status: stat) {
    var status = stat()
    #if canImport(Glibc)
      let descriptor = Glibc.open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    #else
      let descriptor = Darwin.open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    #endif
    guard descriptor >= 0 else {
      let number = errno
      // Sockets cannot be opened, and folders not for writing.
      if stat(path, &status) == 0, let found = kind(of: status) { throw FileError.notAFile(path: path, found: found) }
      switch number {
      case ENOENT, ENOTDIR: throw FileError.missing(path: path)
      default: throw FileError.unreadable(path: path, reason: systemReason(number))
      }
    }
    do {
      guard fstat(descriptor, &status) == 0 else {
        throw FileError.unreadable(path: path, reason: systemReason(errno))
      }
      if let found = kind(of: status) { throw FileError.notAFile(path: path, found: found) }
    } catch {
      close(descriptor)
      throw error
    }
    return (descriptor, status)
  }

  /// What is at a path instead of a regular file, in words; nil for a regular file.
  static func kind(of status: stat) -> String? {
    switch status.st_mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a folder"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }
}
