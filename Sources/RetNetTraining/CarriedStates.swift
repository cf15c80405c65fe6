import RetNet

/// The states of partly read documents in a checkpoint, as three tensors per document and layer.
///
///     carry.N.layer.L.matrix     S, [heads, headDim, valueDim]
///     carry.N.layer.L.key_sum    z, [heads, headDim]
///     carry.N.layer.L.decay_sum  c, [heads]
enum CarriedStates {
  package static func tensors(_ states: [ModelState]) -> [SafetensorsWriter.Tensor] {
    states.enumerated().flatMap { n, state in
      state.layers.enumerated().flatMap { l, layer in
        [
          SafetensorsWriter.Tensor(
            name: name(n, l, "matrix"), type: .f32, shape: [layer.heads, layer.headDim, layer.valueDim],
            source: .floats(layer.matrix)),
          SafetensorsWriter.Tensor(
            name: name(n, l, "key_sum"), type: .f64, shape: [layer.heads, layer.headDim],
            source: .doubles(layer.keySum)),
          SafetensorsWriter.Tensor(
            name: name(n, l, "decay_sum"), type: .f64, shape: [layer.heads], source: .doubles(layer.decaySum)),
        ]
      }
    }
  }

  /// Reads the states of documents.
  ///
  /// - Parameters:
  ///   - positions: tokens read of each document.
  ///   - empty: a state with the model's shape.
  /// - Throws: `CheckpointError` if a tensor is missing or has another shape.
  package static func read(_ file: SafetensorsFile, positions: [Int], empty: ModelState) throws -> [ModelState] {
    try positions.enumerated().map { n, position in
      var state = empty
      for l in state.layers.indices {
        let (heads, headDim, valueDim) = (state.layers[l].heads, state.layers[l].headDim, state.layers[l].valueDim)
        state.layers[l].matrix = try file.floats(checked(file, name(n, l, "matrix"), [heads, headDim, valueDim]))
        state.layers[l].keySum = try file.doubles(checked(file, name(n, l, "key_sum"), [heads, headDim]))
        state.layers[l].decaySum = try file.doubles(checked(file, name(n, l, "decay_sum"), [heads]))
        state.layers[l].position = position
      }
      return state
    }
  }

  private static func name(_ document: Int, _ layer: Int, _ part: String) -> String {
    "carry.\(document).layer.\(layer).\(part)"
  }

  private static func checked(_ file: SafetensorsFile, _ name: String, _ shape: [Int]) throws -> String {
    try file.require(name, shape: shape)
    return name
  }
}
