#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Writes whole files: whoever opens the path sees the old content or the new one, never a part.
///
/// The bytes go to a temporary file beside the target, are flushed to the disk and renamed over it. When anything
/// fails, the temporary file is removed and the target is as it was. A device or pipe is no target: it would be replaced.
public enum AtomicFile {
  /// Writes bytes as the whole content of the file.
  ///
  /// - Parameters:
  ///   - bytes: the content, copied once before it is written.
  ///   - path: the file, which is created or replaced; its folder has to exist.
  /// - Throws: `FileError.unwritable`.
  public static func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
    let bytes = ContiguousArray(bytes)
    try write(to: path) { output in try bytes.withUnsafeBytes { try output.write($0) } }
  }

  /// Writes text as the whole content of the file, in UTF-8, without a byte order mark.
  ///
  /// - Parameter path: the file, which is created or replaced; its folder has to exist.
  /// - Throws: `FileError.unwritable`.
  public static func write(_ text: String, to path: String) throws {
    try write(text.utf8, to: path)
  }

  /// Writes what `body` puts out, piece by piece, so that the content is never in memory as a whole.
  ///
  ///     try AtomicFile.write(to: path) { output in
  ///       for var line in lines { try line.withUTF8 { try output.write(UnsafeRawBufferPointer($0)) } }
  ///     }
  ///
  /// - Parameters:
  ///   - path: the file, which is created or replaced once `body` returns; its folder has to exist.
  ///   - body: called once; where it throws, the file stays as it was.
  /// - Throws: `FileError.unwritable`, or what `body` throws.
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

  /// Where the bytes of one file go.
  public struct Output: ~Copyable {
    fileprivate let descriptor: Int32
    fileprivate let path: String

    /// Appends all of `bytes`, which are not kept. Throws `FileError.unwritable`.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
      var rest = bytes[...]
      while !rest.isEmpty {
        // One call moves at most 2 GiB on every system.
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

  /// Makes the rename itself last through a power cut. The content is safe either way, so a folder that cannot be
  /// flushed (some network file systems) is no failure.
  private static func flushFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
