import Foundation
import RetNet
import RetNetSession
import TerminalKit

/// Finds models by folder, or bundled models by name.
///
/// Bundled models are in `share/retnet/models` beside the executable's folder; if there is none, in `Models` of the
/// checkout that the executable was built from. The current folder is never searched by itself.
package enum ModelCatalog {

  /// The folder of a model.
  ///
  /// - Parameter name: a path, or the name of a bundled model.
  /// - Throws: `ModelCatalogError`; `CheckpointError` for a file of weights in PyTorch's own format.
  package static func folder(_ name: String, bundles: [String] = bundles) throws -> String {
    let path = (name as NSString).expandingTildeInPath
    if !name.contains("/") {
      for bundle in bundles where isModel(bundle + "/" + name) { return bundle + "/" + name }
    }
    if isModel(path) { return path }
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if exists, !isFolder.boolValue, let error = CheckpointError.pickled(at: path) { throw error }
    throw exists && (isFolder.boolValue || name.contains("/"))
      ? ModelCatalogError.noModelFolder(path: path, isFolder: isFolder.boolValue)
      : ModelCatalogError.unknown(name: name, bundled: names(bundles))
  }

  /// The folders of the bundled models.
  package static let bundles = BundledFolders.named(installed: "models", inCheckout: "Models")

  /// Names of the bundled models, without duplicates.
  package static func names(_ bundles: [String] = bundles) -> [String] {
    var known: Set<String> = []
    return bundles.flatMap { bundle in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: bundle)) ?? []
      return names.filter { isModel(bundle + "/" + $0) }.sorted()
    }.filter { known.insert($0).inserted }
  }

  private static func isModel(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: ModelFolder.path(folder, ModelFolder.configurationFile))
  }

  /// The last part of a model's path.
  package static func shownName(_ folder: String) -> String {
    ScreenText.cleaned(URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent)
  }
}

/// A model that cannot be found or read.
package enum ModelCatalogError: Error, Equatable, Sendable, CustomStringConvertible {
  case unknown(name: String, bundled: [String])
  case noModelFolder(path: String, isFolder: Bool)
  /// A model without a tokenizer. `other` is a file with an unsupported tokenizer, if there is one.
  case noTokenizer(folder: String, other: String?)

  package var description: String {
    switch self {
    case .unknown(let name, let bundled):
      "There is no model '\(name)': it is neither a folder nor a bundled model ("
        + (bundled.isEmpty ? "there are none" : bundled.joined(separator: ", "))
        + "). Give the folder of a model, one with config.json and model.safetensors."
    case .noModelFolder(let path, let isFolder):
      "'\(path)' is \(isFolder ? "a folder without config.json" : "a file"), so it is no model. "
        + "Give a folder with config.json, model.safetensors and tokenizer.model."
    case .noTokenizer(let folder, let other):
      "'\(folder)' has no tokenizer.model and no tokenizer.json, so the model has no text. "
        + (other.map { "Its \($0) is not supported. " } ?? "")
        + "Put the SentencePiece model that belongs to the weights there; logits, verify and inspect work without."
    }
  }
}

/// Folders that come with the program.
enum BundledFolders {
  /// Possible folders of one kind.
  static func named(installed: String, inCheckout: String) -> [String] {
    // This file's place in the checkout that the executable was built from.
    var checkout = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { checkout.deleteLastPathComponent() }
    return named(
      installed: installed, executable: Bundle.main.executableURL?.path,
      inCheckout: checkout.appendingPathComponent(inCheckout).path)
  }

  /// `share/retnet/NAME` beside the folder of the executable, whose path may be a symbolic link. An executable without
  /// that folder is not installed, and has the folder of the checkout.
  static func named(installed: String, executable: String?, inCheckout: String) -> [String] {
    guard let executable else { return [inCheckout] }
    let prefix = URL(fileURLWithPath: executable).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent()
    let share = prefix.appendingPathComponent("share/retnet").appendingPathComponent(installed).path
    return FileManager.default.fileExists(atPath: share) ? [share] : [inCheckout]
  }
}
