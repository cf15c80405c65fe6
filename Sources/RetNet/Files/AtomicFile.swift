#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Writes whole files atomically: a reader sees the old content or the new one, never a part.
///
/// It writes a temporary file beside the target, flushes it to the disk and renames it over the target. If a step
/// fails, the temporary file is removed and the target is unchanged. A device or pipe is refused, as the rename would
/// replace it.
public enum AtomicFile {
  /// Writes bytes as the whole content of the file.
  ///
  /// - Parameters:
  ///   - bytes: the content, copied once before it is written.
  ///   - path: the file to create or replace. Its folder must exist.
  /// - Throws: `FileError.unwritable`.
  public static func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
    let bytes = ContiguousArray(bytes)
    try write(to: path) { output in try bytes.withUnsafeBytes { try output.write($0) } }
  }

  /// Writes text as the whole content of the file, in UTF-8, without a byte order mark.
  ///
  /// - Parameter path: the file to create or replace. Its folder must exist.
  /// - Throws: `FileError.unwritable`.
  public static func write(_ text: String, to path: String) throws {
    try write(text.utf8, to: path)
  }

  /// Writes the output of `body` piece by piece, so that the content need not fit into memory.
  ///
  ///     try AtomicFile.write(to: path) { output in
  ///       for var line in lines { try line.withUTF8 { try output.write(UnsafeRawBufferPointer($0)) } }
  ///     }
  ///
  /// - Parameters:
  ///   - path: the file to create or replace when `body` returns. Its folder must exist.
  ///   - body: called once. If it throws, the file is unchanged.
  /// - Throws: `FileError.unwritable`, or the error of `body`.
  public static func write(to path: String, _ body: (borrowing Output) throws -> Void) throws {
    var status = stat()
    if stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
      throw FileError.unwritable(path: path, reason: "it is a device or pipe, not a file")
    }
    let temporary = path + ".\(getpid())-\(UInt32.random(in: 0...UInt32.max)).partial"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError.unwritable(path: path, reason: systemReason(errno)) }
    do {
      defer { close(descriptor) }
      try body(Output(descriptor: descriptor, path: path))
      guard fsync(descriptor) == 0 else { throw FileError.unwritable(path: path, reason: systemReason(errno)) }
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else {
      let reason = systemReason(errno)
      unlink(temporary)
      throw FileError.unwritable(path: path, reason: reason)
    }
    flushFolder(of: path)
  }

  /// The output of one file.
  public struct Output: ~Copyable {
    fileprivate let descriptor: Int32
    fileprivate let path: String

    /// Appends all of `bytes`. Throws `FileError.unwritable`.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
      var rest = bytes[...]
      while !rest.isEmpty {
        // Systems limit one call to about 2 GiB.
        let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
        #if canImport(Glibc)
          let written = Glibc.write(descriptor, part.baseAddress, part.count)
        #else
          let written = Darwin.write(descriptor, part.baseAddress, part.count)
        #endif
        if written < 0 {
          if errno == EINTR { continue }
          throw FileError.unwritable(path: path, reason: systemReason(errno))
        }
        rest = rest.dropFirst(written)
      }
    }
  }

  /// Flushes the rename to the disk. The content is safe either way, so a folder that cannot be flushed (on some
  /// network file systems) is no error.
  private static func flushFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
