import Foundation

/// What modules that are no language models have in common on disk: `config.json` and weights beside it.
enum ModuleFolder {
  /// `config.json`, and the shapes of all tensors.
  ///
  /// - Throws: `FileError`, `CheckpointError`.
  static func open(_ folder: String) throws -> (json: Data, files: TensorFiles, shapes: [String: [Int]]) {
    let json = try FileBytes.read(ModelFolder.path(folder, ModelFolder.configurationFile))
    let files = try TensorFiles(folder: folder)
    var shapes: [String: [Int]] = [:]
    for name in files.names { shapes[name] = files.info(name)?.shape }
    return (json, files, shapes)
  }

  /// All weights of `layout`, and the names of tensors that have no place in it. Every shape is checked before memory is
  /// taken.
  ///
  /// - Parameter isBuffer: whether a tensor of that name holds what is computed here anyway.
  /// - Throws: `CheckpointError`.
  static func weights(
    _ layout: ParameterLayout, from files: TensorFiles, isBuffer: (String) -> Bool
  ) throws -> (weights: [Float], unused: [String]) {
    for entry in layout.entries {
      guard let info = files.info(entry.name) else {
        throw CheckpointError.missingTensor(name: entry.name, path: files.path)
      }
      guard info.shape == entry.shape else {
        throw CheckpointError.shapeMismatch(name: entry.name, expected: entry.shape, found: info.shape)
      }
    }
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
  static func save(_ weights: [Float], _ layout: ParameterLayout, json: Data, to folder: String, type: TensorType)
    throws
  {
    precondition([.f32, .bf16, .f16].contains(type), "weights are kept as F32, BF16 or F16, not \(type.rawValue)")
    try FileBytes.makeFolder(folder)
    let tensors = layout.entries.map { entry in
      SafetensorsWriter.Tensor(
        name: entry.name, type: type, shape: entry.shape,
        source: .later { .floats(Array(weights[entry.offset..<entry.offset + entry.count])) })
    }
    try SafetensorsWriter.write(
      tensors, metadata: ["format": "pt"], to: ModelFolder.path(folder, ModelFolder.weightsFile))
    try AtomicFile.write(json, to: ModelFolder.path(folder, ModelFolder.configurationFile))
  }
}
