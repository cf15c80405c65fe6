import Foundation
import RetNet
import RetNetSession

/// Saves the session of one program, and changes the saved sessions. Calls write in order, off the screen's thread.
package actor SessionStore {
  /// The sessions that are saved.
  package enum Policy: Sendable, Hashable {
    case all
    /// Only a session that was saved before and resumed: the input comes from a pipe.
    case resumed
    case none
  }

  package let folder: SessionFolder
  private let policy: Policy
  /// Sessions without a name that are kept.
  private let keep: Int
  private var current: Open?
  private var hasFailed = false

  static let defaultKeep = 100

  private struct Open {
    var id: String
    var lock: SessionLock
    var created: Date
    var name: String?
    /// The last content that was saved; nil if it was only opened.
    var saved: SavedSession?
  }

  package init(_ folder: SessionFolder = SessionFolder(), policy: Policy = .all, keep: Int? = nil) {
    (self.folder, self.policy, self.keep) = (folder, policy, keep ?? Self.defaultKeep)
  }

  /// The id of the open session; nil if it is not saved yet.
  var openID: String? { current?.id }

  // MARK: The open session

  /// Saves the open session.
  ///
  /// - Returns: a message for the user after the first failure, else nil.
  func save(_ content: SessionContent, folder model: String, persona: String?) -> String? {
    guard policy == .all || policy == .resumed && current != nil else { return nil }
    guard content.recording.branches.contains(where: { !$0.tokens.isEmpty }) else { return nil }
    do {
      let isNew = current == nil
      if isNew {
        try folder.prepare()
        let id = SessionFolder.newID()
        current = Open(id: id, lock: try folder.lock(id, title: id), created: Date())
      }
      guard var open = current else { return nil }
      var session = SavedSession(
        session: content.recording,
        details: SavedSession.Details(
          name: open.name, created: open.created, updated: Date(), folder: model, persona: persona,
          tokens: content.recording.branches.first { $0.id == content.recording.branch }?.tokens.count ?? 0,
          conversation: content.turns.map { SavedSession.SavedTurn($0) },
          generator: content.generator))
      try folder.write(&session, state: content.state, open.id)
      open.saved = session
      current = open
      if isNew { folder.prune(keep: keep) }
      hasFailed = false
      return nil
    } catch {
      defer { hasFailed = true }
      return hasFailed ? nil : "The session is not saved: \(error) The chat continues."
    }
  }

  /// Leaves the open session: the next save creates another file.
  func leave() { current = nil }

  /// Reads and locks a session.
  ///
  /// - Throws: `SavedSessionError`, `FileError`, `SessionFileError`.
  func open(_ name: String?, model: SessionFile.Model) throws -> OpenedSession {
    let line = try folder.find(name, model: model)
    guard line.id != current?.id else { throw SavedSessionError.openHere(title: line.title) }
    let lock = try folder.lock(line.id, title: line.title)
    let session = try SavedSession(path: folder.file(line.id))
    guard session.session.model.sha256 == model.sha256 else {
      throw SavedSessionError.otherModel(
        title: line.title, id: line.id, session.session.model, folder: session.details.folder, open: model)
    }
    return OpenedSession(id: line.id, session: session, state: folder.state(of: session, line.id), lock: lock)
  }

  /// Makes an opened session the one that is saved.
  func adopt(_ opened: OpenedSession) {
    let details = opened.session.details
    current = Open(
      id: opened.id, lock: opened.lock, created: details.created, name: details.name, saved: opened.session)
  }

  // MARK: The saved sessions

  func list() -> (listing: SessionListing, open: String?) { (folder.list(), current?.id) }

  /// Renames a session; nil is the open one. Throws `SavedSessionError`, `FileError`, `SessionFileError`.
  func rename(_ id: String?, to name: String) throws -> String {
    let name = try SavedSessionError.checked(name)
    if id == nil || id == current?.id {
      guard var open = current, var saved = open.saved else { throw SavedSessionError.notSaved }
      open.name = name
      saved.details.name = name
      try AtomicFile.write(try saved.json(), to: folder.file(open.id))
      open.saved = saved
      current = open
    } else if let id {
      try folder.rename(try folder.find(id), to: name)
    }
    return name
  }

  /// Deletes a session. Returns its title. Throws `SavedSessionError`, `FileError`.
  func delete(_ id: String) throws -> String {
    let line = try folder.find(id)
    guard line.id != current?.id else { throw SavedSessionError.openHere(title: line.title) }
    try folder.delete(line)
    return line.title
  }
}

/// A saved session that is read and locked.
struct OpenedSession: Sendable {
  var id: String
  var session: SavedSession
  var state: ResumeState?
  var lock: SessionLock
}
