import Foundation
import RetNet
import RetNetText

/// Writes a model from one folder to another, with other number types, in another dialect, or in shards of another size.
///
/// It converts one tensor at a time, in blocks, so a model of any size needs little memory.
package struct ModelConversion {
  package struct Options: Sendable, Hashable {
    /// f32, bf16 or f16 for all weights, or int8 or int4 for all matrices; nil keeps each type (F64 becomes F32).
    package var type: WeightType?
    /// The source's dialect; nil detects it from the configuration and the tensors.
    package var sourceDialect: Dialect?
    /// The dialect to write; nil keeps the source's.
    package var dialect: Dialect?
    /// The largest weight file in bytes, unless one tensor is larger.
    package var shardBytes = ShardedWeights.defaultShardBytes
    /// Whether to replace a model in the destination.
    package var overwrites = false

    package init() {}
  }

  /// The tensors and files that were written.
  package struct Report: Sendable, Hashable {
    package var tensors: Int
    /// Bytes of all tensors together.
    package var bytes: Int
    /// Names of all files, in the order of writing.
    package var files: [String]
  }

  package let source: String
  package let destination: String
  package let options: Options
  /// The source's dialect, and how it was detected.
  package let sourceDialect: DialectChoice
  /// The configuration of the converted model.
  package var configuration: ModelConfiguration { target.configuration }
  package var parameterCount: Int { target.layout.count }
  /// Remarks on the result for the user.
  package let notes: [String]

  private let json: Data
  private let files: TensorFiles
  private let isNative: Bool
  /// The type to write; nil keeps the type of each tensor.
  private let type: WeightType?
  private let places: CheckpointParameters
  private let original: RetNetArchitecture
  private let target: RetNetArchitecture

  /// Reads and checks everything except the numbers; writes nothing.
  ///
  /// - Throws: `ConversionError`, and the errors of `RetNetModel.load`.
  package init(from source: String, to destination: String, _ options: Options = Options()) throws {
    precondition(options.dialect != .msr && options.shardBytes > 0, "a stand-alone module, or shards of no bytes")
    try DestinationFolder.check(destination, source: source, overwrites: options.overwrites)
    json = try FileBytes.read(ModelFolder.path(source, ModelFolder.configurationFile))
    files = try TensorFiles(folder: source)
    let read = try ModelConfiguration.reading(json, dialect: options.sourceDialect, tensors: files.shapes)
    original = RetNetArchitecture(read.configuration)
    places = try CheckpointParameters(original, files, quantization: read.quantization)
    let configuration = try DialectConversion.configuration(
      read.configuration, as: options.dialect ?? read.configuration.dialect)
    target = RetNetArchitecture(configuration)
    (sourceDialect, isNative, type) = (read.choice, read.isNative, options.type ?? read.quantization)
    (self.source, self.destination, self.options) = (source, destination, options)
    notes = Self.notes(from: read.configuration, to: configuration, type: type)
  }

  /// Writes the model. An error leaves the destination unchanged.
  ///
  /// - Parameters:
  ///   - stop: called between blocks; true ends the conversion with `ConversionError.interrupted`.
  ///   - progress: called after each block with the bytes that are written.
  /// - Throws: `ConversionError`, `CheckpointError`, `FileError`.
  package func run(
    stop: () -> Bool = { false }, progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws -> Report {
    try withoutActuallyEscaping(progress) { progress in try run(stop: stop, reporting: progress) }
  }

  private func run(stop: () -> Bool, reporting progress: @escaping (_ done: Int, _ of: Int) -> Void) throws -> Report {
    try withoutActuallyEscaping(stop) { stop in
      let tensors = Self.counted(try tensors(stop: stop), progress)
      let staged = try StagedFolder(for: destination)
      do {
        var written = try ShardedWeights.write(
          tensors, metadata: files.metadata.isEmpty ? ["format": "pt"] : files.metadata,
          shardBytes: options.shardBytes, to: staged.path)
        written += try CompanionFiles.copy(from: source, to: staged.path)
        written += try addMissing(besides: written, to: staged.path)
        try AtomicFile.write(
          try ConvertedConfiguration.json(
            json, source: original.configuration, target: configuration, isNative: isNative, type: type),
          to: ModelFolder.path(staged.path, ModelFolder.configurationFile))
        if stop() { throw ConversionError.interrupted }
        try staged.commit(replacing: DestinationFolder.modelFiles(in: destination))
        return Report(
          tensors: tensors.count, bytes: tensors.reduce(0) { $0 + ShardedWeights.bytes(of: $1) },
          files: written + [ModelFolder.configurationFile])
      } catch {
        staged.discard()
        throw error
      }
    }
  }

  /// The tensors, with sources that report the bytes of all of them so far.
  private static func counted(
    _ tensors: [SafetensorsWriter.Tensor], _ progress: @escaping (_ done: Int, _ of: Int) -> Void
  ) -> [SafetensorsWriter.Tensor] {
    let total = tensors.reduce(0) { $0 + ShardedWeights.bytes(of: $1) }
    var done = 0
    return tensors.map { tensor in
      guard case .pieces(let write) = tensor.source else { return tensor }
      var tensor = tensor
      tensor.source = .pieces { put in
        try write { piece in
          try put(piece)
          done += piece.count
          progress(done, total)
        }
      }
      return tensor
    }
  }

  /// Writes the tokenizer files for `transformers` and the model card that the source does not have.
  ///
  /// - Returns: the files' names.
  private func addMissing(besides written: [String], to folder: String) throws -> [String] {
    var files: [String: Data] = [:]
    if written.contains(ModelFolder.tokenizerFile), !written.contains(ModelFolder.tokenizerJSONFile),
      !written.contains(ModelFolder.tokenizerConfigurationFile)
    {
      files = try TokenizerExport.files(ofModel: ModelFolder.path(source, ModelFolder.tokenizerFile))
    }
    if !written.contains(ModelCard.file) {
      let name = URL(fileURLWithPath: destination).standardizedFileURL.lastPathComponent
      files[ModelCard.file] = Data(
        ModelCard.text(
          configuration, parameters: parameterCount, name: name,
          origin: "A RetNet language model, converted with `retnet convert`.", type: type
        ).utf8)
    }
    let names = files.keys.sorted()
    for name in names { try AtomicFile.write(files[name] ?? Data(), to: ModelFolder.path(folder, name)) }
    return names
  }

  /// All tensors to write, in the layout's order. Each is read only when it is written.
  private func tensors(stop: @escaping () -> Bool) throws -> [SafetensorsWriter.Tensor] {
    var tensors = try DialectConversion.tensors(from: original, to: target).flatMap { tensor in
      var tensor = tensor
      let stored = tensor.origin.map(places.name)
      // A torchscale decoder may be part of a larger module, which determines its tensor names.
      if keepsNames, let stored { tensor.name = stored }
      return try converted(tensor, stored, stop: stop)
    }
    if keepsNames { tensors += try others(besides: Set(tensors.map(\.name)), stop: stop) }
    return tensors
  }

  private var keepsNames: Bool { original.configuration.dialect == .torchscale && configuration.dialect == .torchscale }

  /// What torchscale stores in addition to the weights: buffers, copied unchanged, and the head's copy of a tied weight.
  private func others(
    besides names: Set<String>, stop: @escaping () -> Bool
  ) throws -> [SafetensorsWriter.Tensor] {
    let scales = Set(files.names.filter(files.isScaled).map(TensorFiles.scaleName))
    return try files.names.filter { !names.contains($0) && !scales.contains($0) }.flatMap { name in
      let (info, bytes) = try files.mapped(name)
      if TensorNames.isBuffer(name, in: .torchscale) {
        return [
          SafetensorsWriter.Tensor(
            name: name, type: info.type, shape: info.shape, source: .pieces { put in try put(bytes) })
        ]
      }
      let embedding = original.layout.entries[original.embedding.index]
      var tensor = ConvertedTensor(embedding, from: original.embedding)
      tensor.name = name
      return try converted(tensor, name, stop: stop)
    }
  }

  /// The tensor to write, preceded by its scales if it has any.
  private func converted(
    _ tensor: ConvertedTensor, _ stored: String?, stop: @escaping () -> Bool
  ) throws -> [SafetensorsWriter.Tensor] {
    let numbers = try stored.map(files.numbers)
    let written = writtenType(of: tensor, numbers?.type)
    let weight = try tensor.columnWeight.map { try files.floats(places.name(of: $0)) }
    return tensor.parts(as: written).map { part in
      .init(
        name: part.name, type: part.type, shape: part.shape,
        source: .pieces { put in
          try tensor.write(numbers, weight: weight, as: written, scales: part.isScales) { piece in
            if stop() { throw ConversionError.interrupted }
            try put(piece)
          }
        })
    }
  }

  private func writtenType(of tensor: ConvertedTensor, _ stored: TensorType?) -> TensorType {
    let own = stored ?? neighbourType
    guard let type else { return own == .f64 ? .f32 : own }
    guard type.isQuantized else { return type.element(of: tensor.parameter, in: target).tensorType }
    // Vectors keep their type. int4 needs an even number of columns; other matrices become int8.
    guard tensor.shape.count == 2 else { return own == .f64 ? .f32 : own }
    let element = type.element(of: tensor.parameter, in: target)
    return element.canHold(columns: tensor.shape[1]) ? element.tensorType : .i8
  }

  /// The type of a tensor that the source does not have: the type of its embedding.
  private var neighbourType: TensorType {
    let type = files.info(places.name(of: original.embedding))?.type ?? .f32
    return type == .f64 ? .f32 : type.element?.isScaled == true ? .bf16 : type
  }

  private static func notes(from source: ModelConfiguration, to target: ModelConfiguration, type: WeightType?)
    -> [String]
  {
    var notes: [String] = []
    if source.dialect != target.dialect {
      if target.norms != target.dialect.norms {
        notes.append(
          "the retention norms are stored in config.json under 'retention_norms', which other software ignores: it "
            + "normalizes as \(target.dialect.rawValue) does, which differs only by the group norm's epsilon.")
      }
      if source.tiedHead && !target.tiedHead {
        notes.append("the head is stored separately, as the tied embedding now includes its scale.")
      }
    }
    if type?.isQuantized == true {
      notes.append("only this program reads int8 and int4 matrices with separate scales.")
    }
    if target.dialect == .fla, target.headDim > 256 {
      notes.append("flash-linear-attention supports d_k up to 256, but these heads have \(target.headDim).")
    }
    return notes
  }
}
