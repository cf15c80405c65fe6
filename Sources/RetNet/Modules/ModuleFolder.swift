import Foundation

/// What modules that are no language models have in common on disk: `config.json` and weights beside it.
enum ModuleFolder {
  /// `config.json`, and the shapes of all tensors.
  ///
  /// - Throws: `FileError`, `CheckpointError`.
  package static func open(_ folder: String) throws -> (json: Data, files: TensorFiles, shapes: [String: [Int]]) {
    let json = try FileBytes.read(ModelFolder.path(folder, ModelFolder.configurationFile))
    let files = try TensorFiles(folder: folder)
    return (json, files, files.shapes)
  }

  /// All weights of `layout`, and the names of tensors that have no place in it. Every shape is checked before memory is
  /// taken.
  ///
  /// - Parameter isBuffer: whether a tensor of that name holds what is computed here anyway.
  /// - Throws: `CheckpointError`.
  package static func weights(
    _ layout: ParameterLayout, from files: TensorFiles, isBuffer: (String) -> Bool
  ) throws -> (weights: [Float], unused: [String]) {
    for entry in layout.entries { try files.check(entry.name, is: entry.shape) }
    var weights = [Float](repeating: 0, count: layout.count)
    try weights.withUnsafeMutableBufferPointer { all in
      for entry in layout.entries {
        let range = entry.offset..<entry.offset + entry.count
        try files.read(entry.name, into: UnsafeMutableBufferPointer(rebasing: all[range]))
      }
    }
    let known = Set(layout.entries.map(\.name))
    return (weights, files.names.filter { !known.contains($0) && !isBuffer($0) })
  }

  /// Writes `config.json` and `model.safetensors` into a folder, which is made where it is missing; each file whole or
  /// not at all.
  ///
  /// - Throws: `FileError`.
  package static func save(
    _ weights: [Float], _ layout: ParameterLayout, json: Data, to folder: String, type: TensorType
  )
    throws
  {
    try ModelFolder.writeWeights(layout, as: type, to: folder) { Array(weights[$0.offset..<$0.offset + $0.count]) }
    try AtomicFile.write(json, to: ModelFolder.path(folder, ModelFolder.configurationFile))
  }
}
