#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file mapped as read-only memory. Its pages are read on first access.
///
/// If another process truncates a mapped file, accessing a missing page ends this process with SIGBUS. This package
/// replaces files by rename, which leaves a mapped file unchanged.
///
/// Unchecked Sendable: the memory is read-only, and pointer and length are constant until `deinit`.
package final class MappedFile: @unchecked Sendable {
  package let path: String
  /// The file's bytes. They are valid while this object exists: use them inside `withExtendedLifetime`.
  package let bytes: UnsafeRawBufferPointer

  /// Maps the file at `path`. Throws `FileError`.
  package init(path: String) throws {
    let (descriptor, status) = try RegularFile.open(path, O_RDONLY)
    defer { close(descriptor) }
    self.path = path
    let count = Int(status.st_size)
    guard count > 0 else {  // mmap fails for a length of zero
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let memory = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), memory != MAP_FAILED else {
      throw FileError.unreadable(path: path, reason: systemReason(errno))
    }
    bytes = UnsafeRawBufferPointer(start: memory, count: count)
  }

  deinit {
    // munmap takes a pointer that is not const.
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }
}

/// The system's message for an error number, in lower case: `no such file or directory`.
package func systemReason(_ number: Int32) -> String {
  String(cString: strerror(number)).lowercased()
}
