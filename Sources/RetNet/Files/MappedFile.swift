import CFaults

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file mapped as read-only memory. Its pages are read on first access.
///
/// If another process truncates a mapped file, accessing a missing page raises SIGBUS. This package replaces files by
/// rename, which leaves a mapped file unchanged. A handler finds the name of the file with `mapped_range_name`.
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
    mapped_range_add(memory, count, JSONText.escaped(path))
  }

  deinit {
    // munmap takes a pointer that is not const.
    guard let start = bytes.baseAddress else { return }
    mapped_range_remove(start)
    munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
  }
}

/// The system's message for an error number, in lower case: `no such file or directory`.
package func systemReason(_ number: Int32) -> String {
  String(cString: strerror(number)).lowercased()
}
