import ArgumentParser
import Foundation
import RetNet

/// A state that conversations begin with.
struct PersonaArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Begin with a trained state: a file, or the name of one in the model's folder 'personas'.",
      valueName: "file-or-name"))
  var persona: String?

  /// nil where none is asked for.
  ///
  /// - Parameter folder: the model's.
  /// - Throws: `PersonaError`, `InitialStateError`, `CheckpointError`, `FileError`.
  func state(for configuration: ModelConfiguration, folder: String) throws -> InitialState? {
    guard let persona else { return nil }
    return try InitialState.read(
      from: Persona.path(persona, folder: folder), for: configuration,
      modelHash: SessionFile.hash(ofModelIn: folder))
  }
}

/// Where trained states are found.
enum Persona {
  static let fileExtension = ".state"

  /// The file that a name or path stands for.
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
  static func names(in folder: String) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: ModelFolder.path(folder, "personas"))) ?? []
    return files.filter { $0.hasSuffix(fileExtension) }.map { String($0.dropLast(fileExtension.count)) }.sorted()
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
