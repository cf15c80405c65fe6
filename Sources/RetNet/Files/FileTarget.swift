#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The file that a writer creates or replaces: a path after its symbolic links, and what is there.
package struct FileTarget {
  package let path: String
  /// nil if there is nothing.
  let status: stat?
  /// The path before its links, for errors.
  private let given: String

  /// Links that are followed, as many as Linux follows.
  private static let mostLinks = 40

  /// Throws `FileError.unwritable` for a pipe, a device, a socket, or a loop of links.
  package init(_ path: String) throws {
    given = path
    var path = path
    for _ in 0...Self.mostLinks {
      var status = stat()
      guard lstat(path, &status) == 0 else {
        (self.path, self.status) = (path, nil)
        return
      }
      switch status.st_mode & S_IFMT {
      case S_IFLNK: path = try Self.destination(ofLink: path, given: given)
      case S_IFREG, S_IFDIR:
        (self.path, self.status) = (path, status)
        return
      default:
        throw FileError.unwritable(
          path: given, reason: "it is \(RegularFile.kind(of: status) ?? "no file"), not a file")
      }
    }
    throw FileError.unwritable(path: given, reason: systemReason(ELOOP))
  }

  /// A new file's permissions, which the umask limits. A file that replaces another is private until it has the
  /// permissions of that one.
  var creationMode: mode_t { status == nil ? 0o666 : 0o600 }

  /// Gives a new file the owner, the group and the permissions of the existing one, if there is one.
  ///
  /// - Throws: `FileError.unwritable`.
  func copyAttributes(to descriptor: Int32) throws {
    guard let status else { return }
    // Only a privileged process may change the owner. The group alone may be allowed.
    if fchown(descriptor, status.st_uid, status.st_gid) != 0 { _ = fchown(descriptor, .max, status.st_gid) }
    guard fchmod(descriptor, status.st_mode & 0o7777) == 0 else { throw unwritable(errno) }
  }

  /// Replaces the file by `temporary`, which is complete and on the same file system.
  ///
  /// - Throws: `FileError.unwritable`.
  func replace(by temporary: String) throws {
    guard rename(temporary, path) == 0 else { throw unwritable(errno) }
    flushFolder()
  }

  /// Moves a complete file here, as `AtomicFile.write` would have written it.
  ///
  /// - Throws: `FileError`. The file here is then unchanged.
  package func move(_ source: String) throws {
    let descriptor = open(source, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unwritable(errno) }
    defer { close(descriptor) }
    try copyAttributes(to: descriptor)
    if rename(source, path) == 0 { return flushFolder() }
    guard errno == EXDEV else { throw unwritable(errno) }
    // A symbolic link names a file on another file system.
    let file = try MappedFile(path: source)
    try withExtendedLifetime(file) { try AtomicFile.write(to: path) { try $0.write(file.bytes) } }
    unlink(source)
  }

  /// Removes the file, if there is one. A symbolic link to it stays.
  ///
  /// - Throws: `FileError.unwritable`.
  package func remove() throws {
    guard unlink(path) == 0 || errno == ENOENT else { throw unwritable(errno) }
  }

  private func unwritable(_ number: Int32) -> FileError {
    .unwritable(path: given, reason: systemReason(number))
  }

  /// Flushes the rename to the disk. The content is safe either way, so a folder that cannot be flushed (on some
  /// network file systems) is no error.
  private func flushFolder() {
    let descriptor = open(TemporaryFiles.split(path).folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// The path that a link holds; a relative one begins at the link's folder.
  private static func destination(ofLink path: String, given: String) throws -> String {
    let bytes = [CChar](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
      count = buffer.baseAddress.map { max(readlink(path, $0, buffer.count), 0) } ?? 0
    }
    guard !bytes.isEmpty else { throw FileError.unwritable(path: given, reason: systemReason(errno)) }
    let destination = String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if destination.hasPrefix("/") { return destination }
    let folder = TemporaryFiles.split(path).folder
    return folder.hasSuffix("/") ? folder + destination : folder + "/" + destination
  }
}
