#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Writes whole files atomically: a reader sees the old content or the new one, never a part.
///
/// It writes a temporary file beside the target, flushes it to the disk and renames it over the target. If a step
/// fails, the temporary file is removed and the target is unchanged. If two writers write one file, it has the content
/// of the last. A device or pipe is refused, as the rename would replace it.
///
/// A symbolic link stays: the file that it names is written. An existing file keeps its permissions, and its owner and
/// group if this process may set them. A new file has the permissions that the process's umask allows.
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
  /// - Parameters:
  ///   - text: the content.
  ///   - path: the file to create or replace. Its folder must exist.
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
    let target = try FileTarget(path)
    TemporaryFiles.removeLeftovers(of: target.path)
    let temporary = TemporaryFiles.path(for: target.path)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, target.creationMode)
    guard descriptor >= 0 else { throw FileError.unwritable(path: path, reason: systemReason(errno)) }
    do {
      defer { close(descriptor) }
      try target.copyAttributes(to: descriptor)
      try body(Output(descriptor: descriptor, path: path))
      guard fsync(descriptor) == 0 else { throw FileError.unwritable(path: path, reason: systemReason(errno)) }
      try target.replace(by: temporary)
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Checks that `path` can be written, before a long computation. Throws `FileError`.
  package static func check(_ path: String) throws {
    let target = try FileTarget(path)
    if let status = target.status, status.st_mode & S_IFMT == S_IFDIR {
      throw FileError.notAFile(path: path, found: "a folder")
    }
    guard access(TemporaryFiles.split(target.path).folder, W_OK | X_OK) == 0 else {
      throw FileError.unwritable(path: path, reason: systemReason(errno))
    }
  }

  /// Whether `write` would replace a file. False for a path that `write` rejects.
  package static func replacesFile(at path: String) -> Bool {
    guard let status = (try? FileTarget(path))?.status else { return false }
    return status.st_mode & S_IFMT == S_IFREG
  }

  /// The output of one file.
  public struct Output: ~Copyable {
    fileprivate let descriptor: Int32
    fileprivate let path: String

    /// Appends bytes to the file.
    ///
    /// - Parameter bytes: written as a whole.
    /// - Throws: `FileError.unwritable`.
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
}
