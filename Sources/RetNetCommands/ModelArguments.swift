import ArgumentParser
import Foundation
import RetNet
import RetNetTUI

/// The model of a command.
struct ModelArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A model folder, or the name of a bundled model. (default: $RETNET_MODEL, else the settings file's, else chat)",
      valueName: "folder-or-name"), completion: CommandCompletion.models)
  var model: String?
  @Option(
    help: "The checkpoint's dialect: fla or torchscale. (default: detected from config.json and tensor names)")
  var dialect: Dialect?

  func validate() throws {
    if dialect == .msr {
      throw ValidationError(
        "--dialect msr is a stand-alone module or a stack and not a language model: run it with retain --module.")
    }
  }

  /// The model's folder.
  ///
  /// - Throws: `ModelCatalogError`, `SettingsError`.
  func folder(
    environment: [String: String] = ProcessInfo.processInfo.environment, bundles: [String] = ModelCatalog.bundles
  ) throws -> String {
    try ModelCatalog.chosenFolder(model, environment: environment, bundles: bundles)
  }
}

extension Dialect: ExpressibleByArgument {
  package static var allValueStrings: [String] { languageModels.map(\.rawValue) }
}

extension ModelCatalog {
  /// The folder of a command's model: the given one, else `$RETNET_MODEL`, else the settings file's, else the bundled
  /// `chat`.
  ///
  /// A folder `chat` in the current folder is used only if it is named explicitly.
  static func chosenFolder(
    _ requested: String?, environment: [String: String] = ProcessInfo.processInfo.environment,
    bundles: [String] = bundles
  ) throws -> String {
    if let requested { return try folder(requested, bundles: bundles) }
    if let name = try Settings.read(environment: environment).model { return try folder(name, bundles: bundles) }
    let name = "chat"
    guard names(bundles).contains(name) else {
      throw ModelCatalogError.unknown(name: name, bundled: names(bundles))
    }
    return try folder(name, bundles: bundles)
  }
}
