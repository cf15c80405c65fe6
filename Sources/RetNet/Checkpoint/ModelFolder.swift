import Foundation

/// A model on disk: `config.json`, `model.safetensors`, and beside them what text and sampling need.
public enum ModelFolder {
  public static let configurationFile = "config.json"
  public static let weightsFile = "model.safetensors"
  public static let tokenizerFile = "tokenizer.model"
  public static let samplingFile = "generation_config.json"

  /// The path of one of the files in the folder.
  public static func path(_ folder: String, _ file: String) -> String {
    folder.hasSuffix("/") ? folder + file : "\(folder)/\(file)"
  }
}

extension RetNetModel {
  /// What loading found that a user should know, though it is no error.
  public struct LoadReport: Sendable, Hashable {
    /// Tensors in the file that this model has no place for.
    public var unusedTensors: [String] = []
  }

  /// Reads a model. Every shape is checked against the configuration before memory is taken for the weights.
  ///
  /// - Throws: `FileError`, `ModelError`, `CheckpointError`.
  public static func load(from folder: String) throws -> RetNetModel { try loadReporting(from: folder).model }

  public static func loadReporting(from folder: String) throws -> (model: RetNetModel, report: LoadReport) {
    let json = try FileBytes.read(ModelFolder.path(folder, ModelFolder.configurationFile))
    let architecture = RetNetArchitecture(try ModelConfiguration(json: json))
    let file = try SafetensorsFile(path: ModelFolder.path(folder, ModelFolder.weightsFile))
    for entry in architecture.layout.entries {
      guard let info = file.info(entry.name) else {
        throw CheckpointError.missingTensor(name: entry.name, path: file.path)
      }
      guard info.shape == entry.shape else {
        throw CheckpointError.shapeMismatch(name: entry.name, expected: entry.shape, found: info.shape)
      }
    }
    let parameters = ModelParameters(count: architecture.layout.count)
    try parameters.withMutablePointer { base in
      for entry in architecture.layout.entries {
        try file.read(entry.name, into: UnsafeMutableBufferPointer(start: base + entry.offset, count: entry.count))
      }
    }
    let known = Set(architecture.layout.entries.map(\.name))
    var unused = file.names.filter { !known.contains($0) }
    let tied = "lm_head.weight"
    if architecture.configuration.tiedHead, unused.contains(tied),
      try file.floats(tied) == Array(parameters.values(architecture.embedding))
    {
      // A duplicate of the weight that the head shares.
      unused.removeAll { $0 == tied }
    }
    return (RetNetModel(architecture, parameters), LoadReport(unusedTensors: unused))
  }

  /// Writes `config.json` and `model.safetensors` into a folder, which is made where it is missing; each file whole or
  /// not at all.
  ///
  /// - Parameter type: one of F32, BF16 and F16; rounded to the nearest.
  /// - Throws: `FileError`.
  public func save(to folder: String, type: TensorType) throws {
    precondition([.f32, .bf16, .f16].contains(type), "weights are kept as F32, BF16 or F16, not \(type.rawValue)")
    try FileBytes.makeFolder(folder)
    let tensors = architecture.layout.entries.map { entry in
      SafetensorsWriter.Tensor(
        name: entry.name, type: type, shape: entry.shape,
        source: .later { .floats(Array(parameters.values(entry))) })
    }
    try SafetensorsWriter.write(
      tensors, metadata: ["format": "pt"], to: ModelFolder.path(folder, ModelFolder.weightsFile))
    var object = try JSONSerialization.jsonObject(with: try configuration.json()) as? [String: Any] ?? [:]
    object["torch_dtype"] = type == .f32 ? "float32" : type == .f16 ? "float16" : "bfloat16"
    try AtomicFile.write(
      try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys]),
      to: ModelFolder.path(folder, ModelFolder.configurationFile))
  }
}
