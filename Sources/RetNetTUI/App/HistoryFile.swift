import Foundation
import RetNet

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A line of the history: a message, or a command.
struct HistoryEntry: Sendable, Hashable, Codable {
  enum Kind: String, Sendable, Hashable, Codable { case message, command }

  var kind: Kind
  var text: String
}

/// The history of messages and commands, for later sessions: `retnet/history.jsonl` in `$XDG_STATE_HOME` or
/// `~/.local/state`, readable by its owner only.
///
/// Each line of the file is one entry in JSON, the newest last. A lock on `history.jsonl.lock` keeps two programs apart,
/// so that each appends to what the other has written. The file is replaced by one with the newest `limit` entries, in
/// one step, when it has a tenth more, or more than `byteLimit` bytes.
package struct HistoryFile: Sendable {
  /// nil without a home folder: the history is then not kept.
  let path: String?

  static let limit = LineEditor.historyLimit
  static let byteLimit = 4 << 20
  /// A file of another program is not read into memory if it is larger.
  private static let readLimit = 64 << 20
  private static let secondsForLock = 0.5

  package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    path = StateFolder.path(environment).map { $0 + "/history.jsonl" }
  }

  /// The newest entries, the newest last. Lines that are not entries are skipped.
  ///
  /// - Throws: `FileError`.
  func read() throws -> [HistoryEntry] {
    guard let path, FileManager.default.fileExists(atPath: path) else { return [] }
    let decoder = JSONDecoder()
    var entries: [HistoryEntry] = []
    for line in try FileBytes.read(path, limit: Self.readLimit).split(separator: 0x0A).suffix(2 * Self.limit) {
      guard let entry = try? decoder.decode(HistoryEntry.self, from: line), entry.text.count <= LineEditor.limit,
        !entry.text.isEmpty, entry != entries.last
      else { continue }
      entries.append(entry)
    }
    return entries.suffix(Self.limit)
  }

  /// Appends an entry.
  ///
  /// - Throws: `FileError`.
  func append(_ entry: HistoryEntry) throws {
    guard let path else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = try encoder.encode(entry) + Data("\n".utf8)
    try FileBytes.makeFolder((path as NSString).deletingLastPathComponent)
    let lock = try lock(path)
    defer { close(lock) }
    let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { throw unwritable(path) }
    let size: Int
    do {
      defer { close(descriptor) }
      size = try Self.append(line, to: descriptor) ?? { throw unwritable(path) }()
    }
    try trim(path, size: size)
  }

  /// Appends a line, after a line break if the last line has none, as it was cut off.
  ///
  /// - Returns: the size of the file in bytes; nil if it cannot be written.
  private static func append(_ line: Data, to descriptor: Int32) throws -> Int? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    var last: UInt8 = 0x0A
    if status.st_size > 0 { _ = pread(descriptor, &last, 1, status.st_size - 1) }
    let bytes = (last == 0x0A ? Data() : Data([0x0A])) + line
    let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    return written == bytes.count ? Int(status.st_size) + bytes.count : nil
  }

  /// Replaces a file that has become too long.
  private func trim(_ path: String, size: Int) throws {
    let lines = try FileBytes.read(path, limit: Self.readLimit).split(separator: 0x0A)
    guard size > Self.byteLimit || lines.count > Self.limit + Self.limit / 10 else { return }
    var (kept, bytes) = ([Data.SubSequence](), 0)
    for line in lines.suffix(Self.limit).reversed() {
      bytes += line.count + 1
      if bytes > Self.byteLimit / 2 { break }
      kept.append(line)
    }
    // The new file has the permissions of this one.
    try AtomicFile.write(kept.reversed().reduce(into: Data()) { $0 += $1 + [0x0A] }, to: path)
  }

  /// Waits for the lock.
  ///
  /// - Returns: a descriptor that holds it until it is closed.
  private func lock(_ path: String) throws -> Int32 {
    let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { throw unwritable(path + ".lock") }
    let end = ContinuousClock.now + .seconds(Self.secondsForLock)
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      // Some network file systems have no locks.
      guard errno == EWOULDBLOCK || errno == EINTR else { break }
      guard ContinuousClock.now < end else {
        close(descriptor)
        throw FileError.unwritable(path: path, reason: "another program holds its lock")
      }
      usleep(2000)
    }
    return descriptor
  }

  private func unwritable(_ path: String) -> FileError {
    .unwritable(path: path, reason: String(cString: strerror(errno)))
  }
}

extension AppState {
  /// Puts the lines of earlier sessions into the histories.
  mutating func load(_ entries: [HistoryEntry]) {
    func lines(_ kind: HistoryEntry.Kind) -> [String] { entries.filter { $0.kind == kind }.map(\.text) }
    input.load(history: lines(.message))
    commandLine.editor.load(history: lines(.command))
    keepsHistory = true
  }

  /// Keeps a line for later sessions, unless it belongs to a lesson.
  func remember(_ kind: HistoryEntry.Kind, _ text: String) -> [Effect] {
    guard keepsHistory, settings.history, lesson == nil, view != .lessons, !text.isEmpty else { return [] }
    return [.app(.remember(HistoryEntry(kind: kind, text: text)))]
  }
}
