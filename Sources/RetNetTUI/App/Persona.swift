import Foundation
import RetNet
import RetNetSession

/// The persona of a session.
struct ChosenPersona: Sendable, Hashable {
  /// The chosen name, or the file name without its folder.
  var name: String
  /// The name or the path that reads it again.
  var source: String
  /// S₀, as a state before the first token.
  var state: ModelState

  init(_ nameOrPath: String, state: ModelState) {
    let file = (nameOrPath as NSString).lastPathComponent
    name = file.hasSuffix(Persona.fileExtension) ? String(file.dropLast(Persona.fileExtension.count)) : file
    (source, self.state) = (nameOrPath, state)
  }
}

/// Finds and reads trained states.
package enum Persona {
  package static let fileExtension = ".state"

  /// Reads a trained state by its name or path; all weights are read for their SHA-256.
  ///
  /// - Parameter folder: the model's.
  /// - Throws: `PersonaError`, `InitialStateError`, `CheckpointError`, `FileError`.
  package static func read(_ nameOrPath: String, for configuration: ModelConfiguration, folder: String) throws
    -> InitialState
  {
    try InitialState.read(
      from: path(nameOrPath, folder: folder), for: configuration, modelHash: SessionFile.hash(ofModelIn: folder))
  }

  /// The file that a name or path refers to.
  ///
  /// - Parameter folder: the model's.
  static func path(_ nameOrPath: String, folder: String) throws -> String {
    if nameOrPath.contains("/") || nameOrPath.hasSuffix(fileExtension) { return nameOrPath }
    let path = ModelFolder.path(folder, "personas/\(nameOrPath)\(fileExtension)")
    guard FileManager.default.fileExists(atPath: path) else {
      throw PersonaError(name: nameOrPath, known: names(in: folder))
    }
    return path
  }

  /// The names of the states beside a model, in order.
  package static func names(in folder: String) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: ModelFolder.path(folder, "personas"))) ?? []
    return files.filter { $0.hasSuffix(fileExtension) }.map { String($0.dropLast(fileExtension.count)) }.sorted()
  }
}

extension Persona {
  /// The reply to `:persona`: the available personas and the current one.
  static func summary(_ names: [String], chosen: ChosenPersona?) -> String {
    let known =
      names.isEmpty
      ? "This model has no personas; a file from 'retnet train --state-only' can be given by its path."
      : "Personas: \(names.joined(separator: ", "))."
    return known + (chosen.map { " The session began as \($0.name)." } ?? " The session began with an empty state.")
  }
}

extension ChosenPersona? {
  /// The notice of a new session.
  var notice: String {
    map { "A new session, which begins as \($0.name)." } ?? "A new session, which begins with an empty state."
  }
}

struct PersonaError: Error, CustomStringConvertible {
  let name: String
  let known: [String]

  var description: String {
    known.isEmpty
      ? "There is no persona '\(name)': this model has none. Give a file that 'retnet train --state-only' has written."
      : "There is no persona '\(name)'. This model has \(known.joined(separator: ", ")); a file can be given by its path."
  }
}
