import Foundation
import RetNet
import RetNetSession

/// A saved session in a list.
package struct SessionSummaryLine: Sendable, Hashable {
  /// The name of its file, without the ending.
  package var id: String
  /// The user's name, or the start of the first message.
  package var title: String
  package var isNamed: Bool
  package var model: String
  package var sha256: String
  package var folder: String
  package var created: Date
  package var updated: Date
  package var turns: Int
  package var tokens: Int
  /// The process that has it open; nil without one, 0 if its number is unknown.
  package var process: Int?
  /// The text of all turns, one after the other.
  package var text: String
}

/// The sessions of a folder.
package struct SessionListing: Sendable, Hashable {
  /// The last one changed first.
  package var sessions: [SessionSummaryLine] = []
  /// Files that are no readable sessions, with the reason.
  package var skipped: [Skipped] = []

  package struct Skipped: Sendable, Hashable {
    package var file: String
    package var reason: String
  }

  package init() {}
}

/// The folder of saved sessions: `retnet/sessions` in `$XDG_STATE_HOME` or `~/.local/state`.
///
///     ID.json           a session file with the member 'saved'
///     ID.safetensors    a state near the end of a long session
///     ID.lock           exists while the session is open
package struct SessionFolder: Sendable {
  /// nil without a home folder.
  package let path: String?

  package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    path = StateFolder.path(environment).map { $0 + "/sessions" }
  }

  private static let ending = ".json"

  func file(_ id: String) -> String { "\(path ?? ".")/\(id)\(Self.ending)" }
  func stateFile(_ id: String) -> String { "\(path ?? ".")/\(id).safetensors" }
  private func lockFile(_ id: String) -> String { "\(path ?? ".")/\(id).lock" }

  /// An id that sorts by time.
  static func newID(_ date: Date = Date()) -> String {
    let time = date.formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted).timeZoneSeparator(.omitted))
    let digits = String(UInt16.random(in: 0...UInt16.max), radix: 16)
    return time.filter { $0.isNumber || $0 == "T" }.replacing("T", with: "-") + "-"
      + String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// Creates the folder, which only its user can read, and removes what killed writers left.
  ///
  /// - Throws: `SavedSessionError.noHome`, `FileError.unwritable`.
  func prepare() throws {
    guard let path else { throw SavedSessionError.noHome }
    let isNew = !FileManager.default.fileExists(atPath: path)
    try FileBytes.makeFolder(path)
    if isNew { chmod(path, 0o700) }
    TemporaryFiles.removeLeftovers(in: path)
  }

  // MARK: Reading

  /// All sessions. Files that cannot be read are skipped, and named.
  package func list() -> SessionListing {
    var listing = SessionListing()
    let names = path.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0) } ?? []
    for name in names.sorted() where name.hasSuffix(Self.ending) {
      let id = String(name.dropLast(Self.ending.count))
      do {
        listing.sessions.append(try line(id))
      } catch {
        listing.skipped.append(SessionListing.Skipped(file: name, reason: "\(error)"))
      }
    }
    listing.sessions.sort { ($0.updated, $0.id) > ($1.updated, $1.id) }
    return listing
  }

  private func line(_ id: String) throws -> SessionSummaryLine {
    let head = try SavedSession.head(path: file(id))
    let details = head.saved
    return SessionSummaryLine(
      id: id, title: details.title, isNamed: details.name != nil, model: head.model.name, sha256: head.model.sha256,
      folder: details.folder, created: details.created, updated: details.updated, turns: details.conversation.count,
      tokens: max(details.tokens, 0), process: SessionLock.owner(lockFile(id)),
      text: details.conversation.map(\.text).joined(separator: "\n"))
  }

  /// The session that a name refers to: its id or title, or the start of one.
  ///
  /// - Parameters:
  ///   - name: without regard to case; nil is the last session of `model`.
  ///   - model: the model of the last session; nil allows every one.
  /// - Throws: `SavedSessionError.none`, `.unknown`, `.ambiguous`.
  package func find(_ name: String?, model: SessionFile.Model? = nil) throws -> SessionSummaryLine {
    let sessions = list().sessions
    guard let name else {
      guard let last = sessions.first(where: { model == nil || $0.sha256 == model?.sha256 }) else {
        throw SavedSessionError.none(model: model?.name, count: sessions.count)
      }
      return last
    }
    let sought = name.lowercased()
    if let exact = sessions.first(where: { $0.id.lowercased() == sought }) { return exact }
    let titled = sessions.filter { $0.title.lowercased() == sought }
    let matches =
      titled.isEmpty
      ? sessions.filter { $0.id.lowercased().hasPrefix(sought) || $0.title.lowercased().hasPrefix(sought) } : titled
    guard let found = matches.first, !sought.isEmpty else { throw SavedSessionError.unknown(name: name) }
    guard matches.count == 1 else { throw SavedSessionError.ambiguous(name: name, matches: matches) }
    return found
  }

  /// The text of a session.
  package func transcript(_ id: String) throws -> SessionTranscript {
    SessionTranscript(try SavedSession.head(path: file(id)))
  }

  /// The state beside a session, if it is the one that was saved with it.
  func state(of session: SavedSession, _ id: String) -> ResumeState? {
    let path = stateFile(id)
    guard let stored = session.details.state, (try? SHA256.hex(ofFile: path)) == stored.sha256,
      let state = try? ModelState(contentsOf: URL(fileURLWithPath: path)), state.position == stored.position
    else { return nil }
    return ResumeState(state: state, divisions: stored.divisions)
  }

  // MARK: Writing

  /// Locks a session. Throws `SavedSessionError.open` if another program has it open, `FileError`.
  func lock(_ id: String, title: String) throws -> SessionLock {
    guard let lock = try SessionLock(lockFile(id)) else {
      throw SavedSessionError.open(title: title, process: SessionLock.owner(lockFile(id)) ?? 0)
    }
    return lock
  }

  /// Throws the error of `lock` if another program has the session open.
  package func requireClosed(_ line: SessionSummaryLine) throws {
    if let process = SessionLock.owner(lockFile(line.id)) {
      throw SavedSessionError.open(title: line.title, process: process)
    }
  }

  /// Writes a session, and its state first: a killed writer leaves a session that resumes without it. Throws `FileError`.
  func write(_ session: inout SavedSession, state: ResumeState?, _ id: String) throws {
    session.details.state = nil
    if let state {
      let path = stateFile(id)
      try state.state.write(to: URL(fileURLWithPath: path))
      session.details.state = SavedSession.StoredState(
        position: state.position, sha256: try SHA256.hex(ofFile: path), divisions: state.divisions)
    }
    try AtomicFile.write(try session.json(), to: file(id))
    if state == nil { unlink(stateFile(id)) }
  }

  /// Changes the name of a session that no program has open. Throws `SavedSessionError`, `FileError`, `SessionFileError`.
  package func rename(_ line: SessionSummaryLine, to name: String) throws {
    let name = try SavedSessionError.checked(name)
    let lock = try lock(line.id, title: line.title)
    defer { withExtendedLifetime(lock) {} }
    var session = try SavedSession(path: file(line.id))
    session.details.name = name
    try AtomicFile.write(try session.json(), to: file(line.id))
  }

  /// Deletes a session that no program has open. Throws `SavedSessionError`, `FileError`.
  package func delete(_ line: SessionSummaryLine) throws {
    let lock = try lock(line.id, title: line.title)
    defer { withExtendedLifetime(lock) {} }
    try FileTarget(file(line.id)).remove()
    try FileTarget(stateFile(line.id)).remove()
  }

  /// Deletes the oldest sessions without a name until `keep` are left. Sessions that are open stay.
  func prune(keep: Int) {
    for line in list().sessions.filter({ !$0.isNamed }).dropFirst(keep) where line.process == nil { try? delete(line) }
  }
}

/// A saved session that cannot be found, opened or changed.
package enum SavedSessionError: Error, Equatable, Sendable, CustomStringConvertible {
  case noHome
  case none(model: String?, count: Int)
  case unknown(name: String)
  case ambiguous(name: String, matches: [SessionSummaryLine])
  case open(title: String, process: Int)
  case openHere(title: String)
  case otherModel(title: String, id: String, SessionFile.Model, folder: String, open: SessionFile.Model)
  case badName(found: Int)
  case notSaved

  /// The longest name of a session, in characters.
  static let longestName = 200

  /// A name without outer spaces. Throws `badName`.
  static func checked(_ name: String) throws -> String {
    let name = CommandTable.trimmed(name)
    guard (1...longestName).contains(name.count) else { throw SavedSessionError.badName(found: name.count) }
    return name
  }

  package var description: String {
    switch self {
    case .noHome: "There is no folder for saved sessions; set $HOME or $XDG_STATE_HOME."
    case .none(let model, let count):
      "There is no saved session" + (model.map { " of the model '\($0)'" } ?? "") + ". "
        + (count == 0
          ? "The app saves every conversation." : "'retnet sessions list' shows the \(count) of other models.")
    case .unknown(let name):
      "No saved session has the title or id '\(name)', or one that begins so. 'retnet sessions list' shows all."
    case .ambiguous(let name, let matches):
      "'\(name)' is the start of \(matches.count) sessions: "
        + matches.prefix(5).map { "\($0.id) '\($0.title)'" }.joined(separator: ", ")
        + (matches.count > 5 ? ", …" : "") + ". Give one of these ids."
    case .open(let title, let process):
      "The session '\(title)' is open in \(process > 0 ? "process \(process)" : "another program"). Quit it there first."
    case .openHere(let title): "The session '\(title)' is open in this program. :reset begins another one."
    case .otherModel(let title, let id, let model, let folder, let open):
      "The session '\(title)' was recorded with the model '\(model.name)' (SHA-256 \(model.sha256.prefix(12))…), but the "
        + "open one is '\(open.name)' (\(open.sha256.prefix(12))…). Start: retnet --model '\(folder)' --resume \(id)"
    case .badName(let found):
      "The name of a session has 1 to \(Self.longestName) characters, found \(found). Give another name."
    case .notSaved: "This session is not saved yet: type a message first, and start without --no-save."
    }
  }
}
