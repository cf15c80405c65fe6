/// A stand-alone module on disk, with the tensor names of retnet-pytorch: `q_proj.weight`, `q_proj.bias`, …
/// `norm.weight`.
extension MultiScaleRetention {
  /// Reads a module's folder.
  ///
  /// The buffers `angle` and `decay` are ignored, as this program computes their values.
  ///
  /// - Throws: `FileError`, `ModelError`, `CheckpointError`.
  package static func load(from folder: String) throws -> MultiScaleRetention {
    let (json, files, shapes) = try ModuleFolder.open(folder)
    var module = try MultiScaleRetention(RetentionModuleConfiguration(json: json, tensors: shapes))
    module.weights = try ModuleFolder.weights(module.layout, from: files) { ["angle", "decay"].contains($0) }
    return module
  }

  /// Writes `config.json` and `model.safetensors`. Creates the folder if it is missing.
  ///
  /// - Parameter type: F32, BF16 or F16; values are rounded to nearest.
  /// - Throws: `FileError`.
  package func save(to folder: String, type: TensorType = .f32) throws {
    guard let configuration else {
      preconditionFailure("a module without a RetentionModuleConfiguration cannot be saved")
    }
    try ModuleFolder.save(weights, layout, json: try configuration.json(), to: folder, type: type)
  }
}
