import ArgumentParser
import Foundation
import RetNet
import RetNetTUI

/// Which model a command uses.
struct ModelArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A model's folder, or the name of a bundled one. (default: $RETNET_MODEL, else the settings file's, else chat)",
      valueName: "folder-or-name"))
  var model: String?
  @Option(
    help: "Whose layout the checkpoint has: fla or torchscale. (default: found from config.json and tensor names)")
  var dialect: Dialect?

  func validate() throws {
    if dialect == .msr {
      throw ValidationError(
        "--dialect msr is a stand-alone module or a stack, no language model: run it with retain --module.")
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

extension Dialect: ExpressibleByArgument {}

extension ModelCatalog {
  /// The folder of the model that a command uses: what is asked for, else `$RETNET_MODEL`, else what the settings file
  /// names, else the bundled `chat`.
  ///
  /// A `chat` in the current folder is used only where somebody names it.
  static func chosenFolder(
    _ asked: String?, environment: [String: String] = ProcessInfo.processInfo.environment,
    bundles: [String] = bundles
  ) throws -> String {
    if let asked { return try folder(asked, bundles: bundles) }
    if let name = environment["RETNET_MODEL"], !name.isEmpty { return try folder(name, bundles: bundles) }
    if let name = try Settings.read(environment: environment).model { return try folder(name, bundles: bundles) }
    let name = "chat"
    guard names(bundles).contains(name) else {
      throw ModelCatalogError.unknown(name: name, bundled: names(bundles))
    }
    return try folder(name, bundles: bundles)
  }
}
