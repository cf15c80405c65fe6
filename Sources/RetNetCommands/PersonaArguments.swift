import ArgumentParser
import RetNet
import RetNetSession
import RetNetTUI

/// A state that conversations begin with.
struct PersonaArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Begin with a trained state: a file, or the name of one in the model's folder 'personas'.",
      valueName: "file-or-name"))
  var persona: String?

  /// nil where none is asked for. Throws what `Persona.read` throws.
  func state(for configuration: ModelConfiguration, folder: String) throws -> InitialState? {
    try persona.map { try Persona.read($0, for: configuration, folder: folder) }
  }
}
