import Foundation

/// A model on disk: `config.json`, `model.safetensors`, and beside them what text and sampling need.
package enum ModelFolder {
  package static let configurationFile = "config.json"
  package static let weightsFile = "model.safetensors"
  package static let indexFile = "model.safetensors.index.json"
  package static let tokenizerFile = "tokenizer.model"
  package static let samplingFile = "generation_config.json"

  /// The path of one of the files in the folder.
  package static func path(_ folder: String, _ file: String) -> String {
    folder.hasSuffix("/") ? folder + file : "\(folder)/\(file)"
  }

  /// Writes `model.safetensors` into a folder, which is made where it is missing; whole or not at all.
  ///
  /// - Parameters:
  ///   - type: one of F32, BF16 and F16; rounded to the nearest.
  ///   - values: the numbers of one parameter, asked for when it is its turn.
  /// - Throws: `FileError`.
  static func writeWeights(
    _ layout: ParameterLayout, as type: TensorType, to folder: String, _ values: @escaping (Parameter) -> [Float]
  ) throws {
    precondition(
      type.torchName != nil, "weights are kept as F32, BF16 or F16, not \(type.rawValue)")
    try FileBytes.makeFolder(folder)
    let tensors = layout.entries.map { entry in
      SafetensorsWriter.Tensor(
        name: entry.name, type: type, shape: entry.shape, source: .later { .floats(values(entry.parameter)) })
    }
    try SafetensorsWriter.write(tensors, metadata: ["format": "pt"], to: path(folder, weightsFile))
  }
}

extension RetNetModel {
  /// Where the weights of a loaded model stand.
  package enum Storage: Sendable, Hashable {
    /// In memory as they are stored, or, of a large model, mapped.
    case automatic
    /// In memory, all in Float32.
    case expanded
    /// In the mapped files, as they are stored: opening reads no more than their headers, and memory holds those pages that
    /// have been used.
    case mapped

    /// Numbers of the largest model that `automatic` holds in memory, and that may be expanded: 256 MiB of Float32.
    package static let largestInMemory = 256 << 20 / MemoryLayout<Float>.stride
  }

  /// What loading found that a user should know, though it is no error.
  package struct LoadReport: Sendable, Hashable {
    package var dialect: DialectChoice
    /// Whether this project wrote the folder.
    package var isNative: Bool
    /// int8 or int4, where the matrices are; nil where they are floats.
    package var quantization: WeightType?
    /// Tensors in the file that this model has no place for.
    package var unusedTensors: [String] = []
  }

  /// Reads a model. Every shape is checked against the configuration before memory is taken for the weights.
  ///
  /// - Parameter dialect: nil finds it from the configuration's keys and the tensors' names.
  /// - Throws: `FileError`, `ModelError`, `CheckpointError`.
  package static func load(
    from folder: String, dialect: Dialect? = nil, storage: Storage = .automatic
  ) throws -> RetNetModel {
    try loadReporting(from: folder, dialect: dialect, storage: storage).model
  }

  /// As `load`, with what it found on the way.
  package static func loadReporting(
    from folder: String, dialect: Dialect? = nil, storage: Storage = .automatic
  ) throws -> (model: RetNetModel, report: LoadReport) {
    let json = try FileBytes.read(ModelFolder.path(folder, ModelFolder.configurationFile))
    let files = try TensorFiles(folder: folder)
    let (configuration, choice, isNative, quantization) = try ModelConfiguration.reading(
      json, dialect: dialect, tensors: files.shapes)
    let architecture = RetNetArchitecture(configuration)
    let places = try TensorPlaces(architecture, files, quantization: quantization)
    let fits = architecture.layout.count <= Storage.largestInMemory
    let parameters =
      switch storage {
      case .automatic: ModelParameters(fits ? try places.copied() : try places.mapped())
      case .expanded: try places.expanded()
      case .mapped: ModelParameters(try places.mapped())
      }
    return (
      RetNetModel(architecture, parameters),
      LoadReport(
        dialect: choice, isNative: isNative, quantization: quantization, unusedTensors: try places.unused())
    )
  }

  /// Writes `config.json` and `model.safetensors` into a folder, which is made where it is missing; each file whole or
  /// not at all.
  ///
  /// - Parameter type: one of F32, BF16 and F16; rounded to the nearest.
  /// - Throws: `FileError`.
  package func save(to folder: String, type: TensorType) throws {
    try ModelFolder.writeWeights(architecture.layout, as: type, to: folder) { parameters.values($0) }
    var object = try JSONSerialization.jsonObject(with: try configuration.json()) as? [String: Any] ?? [:]
    object["torch_dtype"] = type.torchName
    try AtomicFile.write(
      try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys]),
      to: ModelFolder.path(folder, ModelFolder.configurationFile))
  }
}
