#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A whole file as read-only memory; its pages are read when they are first touched.
///
/// A file that another process shortens while it is mapped ends this process with SIGBUS at the next touch of a page
/// that is gone. Everything that this package writes is put in place by rename, which leaves the mapped file as it was.
///
/// Unchecked Sendable: the memory is mapped read-only, and pointer and length never change until `deinit`.
package final class MappedFile: @unchecked Sendable {
  package let path: String
  /// The file's bytes; valid while this object lives, so use them inside `withExtendedLifetime` or from its methods.
  package let bytes: UnsafeRawBufferPointer

  /// Maps the file at `path`. Throws `FileError`.
  package init(path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.openError(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw FileError.unreadable(path: path, reason: systemReason(errno))
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw FileError.notAFile(path: path, found: "a folder")
    default: throw FileError.notAFile(path: path, found: "a device or pipe")
    }
    self.path = path
    let count = Int(status.st_size)
    guard count > 0 else {  // mmap refuses a length of zero
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let memory = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), memory != MAP_FAILED else {
      throw FileError.unreadable(path: path, reason: systemReason(errno))
    }
    bytes = UnsafeRawBufferPointer(start: memory, count: count)
  }

  deinit {
    // munmap's pointer is not const, though the pages are only readable.
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  private static func openError(_ path: String) -> FileError {
    switch errno {
    case ENOENT, ENOTDIR: .missing(path: path)
    default: .unreadable(path: path, reason: systemReason(errno))
    }
  }
}

/// The system's own words for an error number, as `no such file or directory`.
package func systemReason(_ number: Int32) -> String {
  String(cString: strerror(number)).lowercased()
}
