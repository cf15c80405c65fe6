import Foundation

/// The folder of a module or stack: `config.json` and weights.
enum ModuleFolder {
  /// `config.json`, and the shapes of all tensors.
  ///
  /// - Throws: `FileError`, `CheckpointError`.
  package static func open(_ folder: String) throws -> (json: Data, files: TensorFiles, shapes: [String: [Int]]) {
    let json = try FileBytes.read(ModelFolder.path(folder, ModelFolder.configurationFile))
    let files = try TensorFiles(folder: folder)
    return (json, files, files.shapes)
  }

  /// All weights of `layout`. Every shape is checked before memory is allocated.
  ///
  /// - Parameter isBuffer: whether a tensor of that name stores values that this program computes.
  /// - Throws: `CheckpointError`, also for tensors that are neither weights nor buffers.
  package static func weights(
    _ layout: ParameterLayout, from files: TensorFiles, isBuffer: (String) -> Bool
  ) throws -> [Float] {
    let known = Set(layout.entries.map(\.name))
    let unused = files.names.filter { !known.contains($0) && !isBuffer($0) }
    for entry in layout.entries { try files.check(entry.name, is: entry.shape) }
    guard unused.isEmpty else { throw CheckpointError.unusedTensors(names: unused, path: files.path) }
    var weights = [Float](repeating: 0, count: layout.count)
    try weights.withUnsafeMutableBufferPointer { all in
      for entry in layout.entries {
        let range = entry.offset..<entry.offset + entry.count
        try files.read(entry.name, into: UnsafeMutableBufferPointer(rebasing: all[range]))
      }
    }
    return weights
  }

  /// Writes `config.json` and `model.safetensors`, each atomically. Creates the folder if it is missing.
  ///
  /// - Throws: `FileError`.
  package static func save(
    _ weights: [Float], _ layout: ParameterLayout, json: Data, to folder: String, type: TensorType
  ) throws {
    try ModelFolder.writeWeights(layout, as: type, to: folder) { Array(weights[$0.offset..<$0.offset + $0.count]) }
    try AtomicFile.write(json, to: ModelFolder.path(folder, ModelFolder.configurationFile))
  }
}
