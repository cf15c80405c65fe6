/// A stand-alone module on disk, as retnet-pytorch names its tensors: `q_proj.weight`, `q_proj.bias`, … `norm.weight`.
extension MultiScaleRetention {
  /// Reads a module's folder.
  ///
  /// - Returns: the module, and the names of tensors that it has no place for; the buffers `angle` and `decay`, which
  ///   hold what is computed here, are not among them.
  /// - Throws: `FileError`, `ModelError`, `CheckpointError`.
  package static func load(from folder: String) throws -> (module: MultiScaleRetention, unusedTensors: [String]) {
    let (json, files, shapes) = try ModuleFolder.open(folder)
    var module = try MultiScaleRetention(RetentionModuleConfiguration(json: json, tensors: shapes))
    let read = try ModuleFolder.weights(module.layout, from: files) { ["angle", "decay"].contains($0) }
    module.weights = read.weights
    return (module, read.unused)
  }

  /// Writes `config.json` and `model.safetensors` into a folder, which is made where it is missing.
  ///
  /// - Parameter type: one of F32, BF16 and F16; rounded to the nearest.
  /// - Throws: `FileError`.
  package func save(to folder: String, type: TensorType = .f32) throws {
    guard let configuration else {
      preconditionFailure("only a module made from a RetentionModuleConfiguration has a folder of its own")
    }
    try ModuleFolder.save(weights, layout, json: try configuration.json(), to: folder, type: type)
  }
}
