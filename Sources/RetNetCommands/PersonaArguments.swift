import ArgumentParser
import RetNet
import RetNetSession
import RetNetTUI

/// The persona of a command.
struct PersonaArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Start with a trained state: a file, or the name of one in the model's folder 'personas'.",
      valueName: "file-or-name"), completion: CommandCompletion.personas)
  var persona: String?

  /// Nil without a persona. Throws the errors of `Persona.read`.
  func state(for configuration: ModelConfiguration, folder: String) throws -> InitialState? {
    try persona.map { try Persona.read($0, for: configuration, folder: folder) }
  }
}
