import Foundation
import RetNet

/// Checks of the folder that receives a converted model.
enum DestinationFolder {
  /// Throws `ConversionError` if the folder is the source, a file, a training run, or a model that may not be overwritten.
  static func check(_ folder: String, source: String, overwrites: Bool) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else { return }
    guard isFolder.boolValue else { throw ConversionError.destinationIsAFile(path: folder) }
    guard resolved(folder) != resolved(source) else { throw ConversionError.sameFolder(path: folder) }
    // Replacing only the model would break the training run.
    if FileManager.default.fileExists(atPath: ModelFolder.path(folder, "checkpoint")) {
      throw ConversionError.destinationTaken(folder: folder, found: "a training run", canOverwrite: false)
    }
    if !overwrites, !modelFiles(in: folder).isEmpty {
      throw ConversionError.destinationTaken(folder: folder, found: "a model", canOverwrite: true)
    }
  }

  /// The files of the model in a folder; none if it holds no model.
  static func modelFiles(in folder: String) -> [String] {
    let weights = [ModelFolder.configurationFile, ModelFolder.weightsFile, ModelFolder.indexFile]
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: ModelFolder.path(folder, name)) }
    guard weights.contains(where: exists) else { return [] }
    let index = try? ShardIndex(path: ModelFolder.path(folder, ModelFolder.indexFile))
    let shards = Set(index?.shards.values.map { $0 } ?? []).sorted()
    return (weights + shards + CompanionFiles.names).filter(exists)
  }

  private static func resolved(_ folder: String) -> String {
    URL(fileURLWithPath: folder).standardizedFileURL.resolvingSymlinksInPath().path
  }
}

/// Files beside the weights and the configuration, copied unchanged.
enum CompanionFiles {
  /// Tokenizers in all known formats, sampling values, and the model's description and licence.
  static let names = [
    ModelFolder.tokenizerFile, ModelFolder.tokenizerJSONFile, ModelFolder.tokenizerConfigurationFile,
    "special_tokens_map.json", "added_tokens.json", "chat_template.jinja", "vocab.json", "merges.txt",
    ModelFolder.samplingFile, ModelCard.file, "LICENSE", "LICENSE.txt", "LICENSE.md", "NOTICE",
  ]

  /// Copies the existing ones, and returns their names. Throws `FileError`.
  static func copy(from source: String, to target: String) throws -> [String] {
    try names.filter { name in
      let path = ModelFolder.path(source, name)
      guard FileManager.default.fileExists(atPath: path) else { return false }
      try AtomicFile.write(try FileBytes.read(path), to: ModelFolder.path(target, name))
      return true
    }
  }
}
