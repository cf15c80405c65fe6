import Foundation
import RetNet

/// A state as a safetensors file.
///
/// The metadata holds `retnet_chat_state` (the format's version, 1), `model_sha256` and `model_shape`,
/// `[layers, heads, headDim, valueDim]`. The tensors are
///
///     layers.N.state      F32  [heads, headDim, valueDim]  S
///     layers.N.key_sum    F64  [heads, headDim]            z
///     layers.N.decay_sum  F64  [heads]                     c
///     position            I64  [1]                         tokens read
///     recent_tokens       I64  [count]                     the most recent tokens, oldest first
///     generator           U64  [4]                         state of xoshiro256**
extension ChatState {
  private static let formatKey = "retnet_chat_state"
  private static let version = "1"
  private static let hashKey = "model_sha256"
  private static let shapeKey = "model_shape"
  /// Largest position that Double represents exactly.
  private static let largestPosition = 1 << 53

  /// Writes the state to one file, atomically. The first use of a model reads all weights to compute their hash.
  ///
  /// - Parameter url: a safetensors file, replaced if it exists.
  /// - Throws: `ChatError.file`, `ChatError.weightsReplaced`.
  public func write(to url: URL) throws(ChatError) {
    let path = try ChatError.path(url)
    let metadata = [
      Self.formatKey: Self.version, Self.hashKey: try weights.sha256(), Self.shapeKey: "\(Shape(retention).sizes)",
    ]
    var tensors = [
      SafetensorsWriter.Tensor(name: "position", type: .i64, shape: [1], source: .integers([position])),
      SafetensorsWriter.Tensor(name: "recent_tokens", type: .i64, shape: [recent.count], source: .integers(recent)),
      SafetensorsWriter.Tensor(
        name: "generator", type: .u64, shape: [4],
        source: .bytes(generator.words.flatMap { word in withUnsafeBytes(of: word.littleEndian, Array.init) })),
    ]
    for (index, layer) in retention.layers.enumerated() {
      tensors += layer.tensors(TensorNames.prefix(index), batch: [])
    }
    try ChatError.mappingErrors({ .file(path: path, reason: $0) }) {
      try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
    }
  }

  /// Reads a state of `model`. The first use of a model reads all weights to compute their hash.
  ///
  /// - Parameters:
  ///   - url: a file that `write(to:)` wrote.
  ///   - model: the model that the state belongs to.
  /// - Throws: `ChatError.file`; `ChatError.state` if the file is damaged or not a chat state; `ChatError.otherModel`;
  ///   `ChatError.weightsReplaced`.
  public init(contentsOf url: URL, for model: ChatModel) throws(ChatError) {
    let path = try ChatError.path(url)
    let hash = try model.weights.sha256()
    self = try ChatError.mappingErrors({ .state(path: path, reason: $0) }) {
      try ChatState(Reader(file: try SafetensorsFile(path: path)), for: model, hash: hash)
    }
  }

  private init(_ reader: Reader, for model: ChatModel, hash: String) throws {
    let configuration = model.model.configuration
    let shape = "\(Shape(configuration).sizes)"
    let found = reader.file.metadata
    guard let version = found[Self.formatKey] else {
      throw Reader.Problem("It has no '\(Self.formatKey)' in its metadata. Specify a file written by ChatState.write.")
    }
    guard version == Self.version else {
      throw Reader.Problem(
        "Its version is '\(version.prefix(20))', expected \(Self.version). "
          + "Read it with the version of the library that wrote it.")
    }
    let (foundShape, foundHash) = (found[Self.shapeKey] ?? "", found[Self.hashKey] ?? "")
    guard foundShape == shape else {
      throw ChatError.otherModel(
        found: "states of shape \(foundShape.prefix(60))", expected: "states of shape \(shape)")
    }
    guard foundHash == hash else { throw ChatError.otherModel(sha256: foundHash, expected: hash) }

    let position = try reader.integers("position", count: 1)[0]
    try reader.require((0...Self.largestPosition).contains(position), "position", "\(position)", "0 to 2^53")
    let recent = try reader.integers("recent_tokens")
    try reader.require(
      recent.count <= position, "recent_tokens", "\(recent.count) tokens", "no more than its position \(position)")
    let tokens = 0..<configuration.vocabularySize
    if let token = recent.first(where: { !tokens.contains($0) }) {
      try reader.require(false, "recent_tokens", "\(token)", "tokens from 0 to \(tokens.upperBound - 1)")
    }
    guard let generator = SeededGenerator(words: try reader.words("generator", count: 4)) else {
      throw Reader.Problem(tensor: "generator", found: "four zeros", expected: "a nonzero state")
    }

    var retention = model.model.makeState()
    let (heads, headDim, valueDim) = (configuration.heads, configuration.headDim, configuration.headValueDim)
    for index in retention.layers.indices {
      let names = TensorNames(layer: index)
      retention.layers[index].matrix = try reader.floats(names.state, shape: [heads, headDim, valueDim])
      retention.layers[index].keySum = try reader.doubles(names.keySum, shape: [heads, headDim])
      let decaySum = try reader.doubles(names.decaySum, shape: [heads])
      // c is a sum of at most `position` powers of γ, each at most 1.
      let sums = 0...Double(position)
      if let sum = decaySum.first(where: { !sums.contains($0) }) {
        try reader.require(false, names.decaySum, "\(sum)", "numbers from 0 to its position \(position)")
      }
      retention.layers[index].decaySum = decaySum
      retention.layers[index].position = position
    }
    self.init(model, retention, recent: recent, generator: generator)
  }

  private struct TensorNames {
    let state, keySum, decaySum: String

    init(layer: Int) {
      let prefix = Self.prefix(layer)
      (state, keySum, decaySum) = (prefix + "state", prefix + "key_sum", prefix + "decay_sum")
    }

    static func prefix(_ layer: Int) -> String { "layers.\(layer)." }
  }
}

/// Reads tensors with checked types and shapes.
private struct Reader {
  let file: SafetensorsFile

  struct Problem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    init(tensor: String, found: String, expected: String) {
      self.init("Its tensor '\(tensor)' contains \(found), expected \(expected). Save the state again.")
    }
  }

  func require(_ fits: Bool, _ tensor: String, _ found: String, _ expected: String) throws {
    if !fits { throw Problem(tensor: tensor, found: found, expected: expected) }
  }

  /// - Parameter count: nil accepts any number.
  func integers(_ name: String, count: Int? = nil) throws -> [Int] {
    try check(name, type: .i64, shape: [count ?? file.info(name)?.shape.first ?? 0])
    return try file.integers(name)
  }

  func words(_ name: String, count: Int) throws -> [UInt64] {
    try check(name, type: .u64, shape: [count])
    return try file.withBytes(name) { bytes in
      (0..<count).map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)) }
    }
  }

  func floats(_ name: String, shape: [Int]) throws -> [Float] {
    try check(name, type: .f32, shape: shape)
    let values = try file.floats(name)
    try require(values.allSatisfy(\.isFinite), name, "NaN or infinity", "numbers")
    return values
  }

  func doubles(_ name: String, shape: [Int]) throws -> [Double] {
    try check(name, type: .f64, shape: shape)
    let values = try file.doubles(name)
    try require(values.allSatisfy(\.isFinite), name, "NaN or infinity", "numbers")
    return values
  }

  private func check(_ name: String, type: TensorType, shape: [Int]) throws {
    try file.require(name, shape: shape)
    if let found = file.info(name)?.type, found != type {
      throw CheckpointError.wrongType(name: name, expected: [type], found: found)
    }
  }
}
