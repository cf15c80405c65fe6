import Foundation

/// A trained initial state (persona): S of every layer and head, trained with constant weights
/// (`InitialStateTraining`). It sets the style of the replies, and decays by γ per token.
///
/// It is stored as one safetensors file: `layers.N.state` as F32 `[heads, headDim, valueDim]`, and in the metadata the
/// SHA-256 of the weights that it was trained with.
package struct InitialState: Sendable, Hashable {
  private static let formatKey = "retnet_initial_state"

  /// S₀ of each layer, `[heads, headDim, valueDim]` row by row.
  package let matrices: [[Float]]
  /// SHA-256 of the model's weights, 64 hexadecimal digits (`SessionFile.hash`).
  package let modelHash: String

  /// SHA-256 of the entries' bytes, 64 hexadecimal digits.
  package var sha256: String {
    var hash = SHA256()
    for matrix in matrices { matrix.withUnsafeBytes { hash.update($0) } }
    return hash.hex()
  }

  package init(matrices: [[Float]], modelHash: String) {
    self.matrices = matrices
    self.modelHash = modelHash
  }

  /// - Throws: `CheckpointError` for a tensor that is missing or has the wrong shape, `InitialStateError` for a file
  ///   without an initial state or with that of another model, `FileError`.
  package static func read(
    from path: String, for configuration: ModelConfiguration, modelHash: String
  ) throws -> InitialState {
    let file = try SafetensorsFile(path: path)
    guard let hash = file.metadata[formatKey] else { throw InitialStateError.notAState(path: path) }
    guard hash == modelHash else {
      throw InitialStateError.otherModel(path: path, trainedWith: hash, found: modelHash)
    }
    let shape = [configuration.heads, configuration.headDim, configuration.headValueDim]
    let matrices = try (0..<configuration.layers).map { layer in
      let name = tensorName(layer)
      try file.require(name, shape: shape)
      let values = try file.floats(name)
      guard values.allSatisfy(\.isFinite) else { throw InitialStateError.notFinite(path: path, tensor: name) }
      return values
    }
    return InitialState(matrices: matrices, modelHash: hash)
  }

  /// Writes the file atomically. Throws `FileError.unwritable`.
  package func write(to path: String, for configuration: ModelConfiguration) throws {
    let shape = [configuration.heads, configuration.headDim, configuration.headValueDim]
    let tensors = matrices.enumerated().map { layer, values in
      SafetensorsWriter.Tensor(
        name: Self.tensorName(layer), type: .f32, shape: shape, source: .floats(values))
    }
    try SafetensorsWriter.write(tensors, metadata: [Self.formatKey: modelHash], to: path)
  }

  /// The state of one text before its first token.
  ///
  /// - Throws: `InitialStateError.otherShape` if it does not have the configuration's shape.
  package func state(for configuration: ModelConfiguration) throws -> ModelState {
    var state = ModelState(configuration)
    let (found, expected) = (matrices.map(\.count), state.layers.map(\.matrix.count))
    guard found == expected else { throw InitialStateError.otherShape(found: found, expected: expected) }
    for (layer, values) in matrices.enumerated() { state.layers[layer].matrix = values }
    return state
  }

  private static func tensorName(_ layer: Int) -> String { "layers.\(layer).state" }
}

/// An invalid file of an initial state.
package enum InitialStateError: Error, Equatable, Sendable, CustomStringConvertible {
  case notAState(path: String)
  case otherModel(path: String, trainedWith: String, found: String)
  case notFinite(path: String, tensor: String)
  /// The number of entries of each layer.
  case otherShape(found: [Int], expected: [Int])

  package var description: String {
    switch self {
    case .notAState(let path):
      "'\(path)' has no initial state. Give a file written by 'retnet train --state-only'."
    case .otherModel(let path, let trained, let found):
      "'\(path)' was trained with the weights \(trained.prefix(12))…, but this model's are \(found.prefix(12))…. "
        + "Give that model with --model, or train a state for this one."
    case .notFinite(let path, let tensor):
      "Tensor '\(tensor)' in '\(path)' has NaN or infinity. Train the state again."
    case .otherShape(let found, let expected):
      "The layers of the initial state have \(found) entries, those of the model \(expected). Give a state that was "
        + "trained for this model."
    }
  }
}
