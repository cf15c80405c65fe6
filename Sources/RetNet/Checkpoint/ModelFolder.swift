import Foundation

/// The files of a model's folder: configuration, weights, tokenizer and sampling options.
package enum ModelFolder {
  package static let configurationFile = "config.json"
  package static let weightsFile = "model.safetensors"
  package static let indexFile = "model.safetensors.index.json"
  package static let tokenizerFile = "tokenizer.model"
  /// The tokenizer in the format of Hugging Face's tokenizers.
  package static let tokenizerJSONFile = "tokenizer.json"
  /// The symbols and the chat template of that tokenizer.
  package static let tokenizerConfigurationFile = "tokenizer_config.json"
  package static let samplingFile = "generation_config.json"

  /// The path of a file in the folder.
  package static func path(_ folder: String, _ file: String) -> String {
    folder.hasSuffix("/") ? folder + file : "\(folder)/\(file)"
  }

  /// The tokenizer's name in the folder: the SentencePiece model, else the tokenizer in JSON; nil if there is none.
  package static func tokenizer(in folder: String) -> String? {
    [tokenizerFile, tokenizerJSONFile].first { FileManager.default.fileExists(atPath: path(folder, $0)) }
  }

  /// Writes `model.safetensors` atomically. Creates the folder if it is missing.
  ///
  /// - Parameters:
  ///   - type: F32, BF16 or F16; values are rounded to nearest.
  ///   - values: returns the elements of one parameter; called once per parameter while writing.
  /// - Throws: `FileError`.
  static func writeWeights(
    _ layout: ParameterLayout, as type: TensorType, to folder: String, _ values: @escaping (Parameter) -> [Float]
  ) throws {
    precondition(
      type.torchName != nil, "weights are stored as F32, BF16 or F16, not \(type.rawValue)")
    try FileBytes.makeFolder(folder)
    let tensors = layout.entries.map { entry in
      SafetensorsWriter.Tensor(
        name: entry.name, type: type, shape: entry.shape, source: .later { .floats(values(entry.parameter)) })
    }
    try SafetensorsWriter.write(tensors, metadata: ["format": "pt"], to: path(folder, weightsFile))
  }
}

extension RetNetModel {
  /// The storage of a loaded model's weights.
  package enum Storage: Sendable, Hashable {
    /// Copied in the stored number types; mapped if the model is large.
    case automatic
    /// Copied as Float32.
    case expanded
    /// Mapped files in the stored number types. Loading reads only the headers; pages are read on first use.
    case mapped

    /// The most parameters that `automatic` copies, and that may be expanded: 256 MiB of Float32.
    package static let largestInMemory = 256 << 20 / MemoryLayout<Float>.stride
  }

  /// Information about a loaded model.
  package struct LoadReport: Sendable, Hashable {
    package var dialect: DialectChoice
    /// Whether this project wrote the folder.
    package var isNative: Bool
    /// int8 or int4; nil if the matrices are floats.
    package var quantization: WeightType?
  }

  /// Reads a model. Every shape is checked against the configuration before memory is allocated for the weights.
  ///
  /// - Parameter dialect: nil to detect it from the configuration's keys and the tensors' names.
  /// - Throws: `FileError`, `ModelError`, `CheckpointError`, `RetNetError` if there is not enough memory.
  package static func load(
    from folder: String, dialect: Dialect? = nil, storage: Storage = .automatic
  ) throws -> RetNetModel {
    try loadReporting(from: folder, dialect: dialect, storage: storage).model
  }

  /// `load`, with a report.
  package static func loadReporting(
    from folder: String, dialect: Dialect? = nil, storage: Storage = .automatic
  ) throws -> (model: RetNetModel, report: LoadReport) {
    let json = try FileBytes.read(ModelFolder.path(folder, ModelFolder.configurationFile))
    let files = try TensorFiles(folder: folder)
    let (configuration, choice, isNative, quantization) = try ModelConfiguration.reading(
      json, dialect: dialect, tensors: files.shapes)
    let architecture = RetNetArchitecture(configuration)
    let tensors = try CheckpointParameters(architecture, files, quantization: quantization)
    let fits = architecture.layout.count <= Storage.largestInMemory
    try BLASThreads.requireBuffers()
    try tensors.memory(storage == .automatic && !fits ? .mapped : storage).require()
    let parameters =
      switch storage {
      case .automatic: ModelParameters(fits ? try tensors.copied() : try tensors.mapped())
      case .expanded: try tensors.expanded()
      case .mapped: ModelParameters(try tensors.mapped())
      }
    return (
      RetNetModel(architecture, parameters),
      LoadReport(dialect: choice, isNative: isNative, quantization: quantization)
    )
  }

  /// Writes `config.json` and `model.safetensors`, each atomically. Creates the folder if it is missing.
  ///
  /// - Parameter type: F32, BF16 or F16; values are rounded to nearest.
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
