import Foundation

/// States as safetensors files. The metadata holds `retnet_state`, the format's version, 1. The tensors are
///
///     positions           I64  [layers]                           tokens read
///     layers.N.state      F32  [batch, heads, headDim, valueDim]  S
///     layers.N.key_sum    F64  [batch, heads, headDim]            z
///     layers.N.decay_sum  F64  [heads]                            c
extension ModelState {
  private static let formatKey = "retnet_state"
  private static let version = "1"

  /// Writes the state to one file, atomically. It does not name the weights: store it beside them.
  ///
  /// - Parameter url: a safetensors file, replaced if it exists.
  /// - Throws: ``StorageError``.
  public func write(to url: URL) throws(StorageError) {
    var tensors = [
      SafetensorsWriter.Tensor(
        name: "positions", type: .i64, shape: [layers.count], source: .integers(layers.map(\.position)))
    ]
    for (index, layer) in layers.enumerated() {
      tensors += layer.tensors("layers.\(index).", batch: [layer.batch])
    }
    try StorageError.naming(url) { path in
      try SafetensorsWriter.write(tensors, metadata: [Self.formatKey: Self.version], to: path)
    }
  }

  /// Reads a state that `write(to:)` wrote, with the same bits.
  ///
  /// The file does not say which weights it belongs to. A call with the state throws if its shape is not that of the
  /// layer or model.
  ///
  /// - Parameter url: the file.
  /// - Throws: ``StorageError`` if the file is missing or damaged, or holds no state.
  public init(contentsOf url: URL) throws(StorageError) {
    layers = try StorageError.naming(url) { path in
      let file = try SafetensorsFile(path: path)
      guard file.metadata[Self.formatKey] == Self.version else {
        throw StorageError(
          url, "'\(path)' has no '\(Self.formatKey)' of \(Self.version) in its metadata. Give a file of a state.")
      }
      let count = file.info("positions")?.shape.first ?? 0
      try file.require("positions", shape: [count])
      let positions = try file.integers("positions")
      guard file.names.count == 1 + 3 * count else {
        throw StorageError(
          url,
          "'\(path)' has \(file.names.count) tensors, expected \(1 + 3 * count) for its positions of \(count) "
            + "layers. Write the state again.")
      }
      return try positions.enumerated().map { layer, position in
        try RetentionState(file, prefix: "layers.\(layer).", position: position)
      }
    }
  }
}

extension RetentionState where Scalar == Float {
  /// Writes the state to one file, atomically, as the only layer of a ``ModelState``. It does not name the weights:
  /// store it beside them.
  ///
  /// - Parameter url: a safetensors file, replaced if it exists.
  /// - Throws: ``StorageError``.
  public func write(to url: URL) throws(StorageError) { try ModelState(layers: [self]).write(to: url) }

  /// Reads a state that `write(to:)` wrote, with the same bits.
  ///
  /// The file does not say which weights it belongs to. A call with the state throws if its shape is not that of the
  /// layer.
  ///
  /// - Parameter url: the file.
  /// - Throws: ``StorageError`` if the file is missing or damaged, or does not hold the state of one layer.
  public init(contentsOf url: URL) throws(StorageError) {
    let layers = try ModelState(contentsOf: url).layers
    guard layers.count == 1 else {
      throw StorageError(
        url,
        "'\(url.path(percentEncoded: false))' holds the states of \(layers.count) layers, expected 1. "
          + "Read it as a ModelState.")
    }
    self = layers[0]
  }

  /// S, z and c as tensors of a file, named `state`, `key_sum` and `decay_sum` after `prefix`.
  ///
  /// - Parameter batch: the first sizes of S and z; empty for a file of one text.
  package func tensors(_ prefix: String, batch: [Int]) -> [SafetensorsWriter.Tensor] {
    [
      .init(
        name: prefix + "state", type: .f32, shape: batch + [heads, headDim, valueDim], source: .floats(matrix)),
      .init(name: prefix + "key_sum", type: .f64, shape: batch + [heads, headDim], source: .doubles(keySum)),
      .init(name: prefix + "decay_sum", type: .f64, shape: [heads], source: .doubles(decaySum)),
    ]
  }

  fileprivate init(_ file: SafetensorsFile, prefix: String, position: Int) throws {
    let name = prefix + "state"
    guard let shape = file.info(name)?.shape else { throw CheckpointError.missingTensor(name: name, path: file.path) }
    guard shape.count == 4 else {
      throw RetNetError.shape(of: "tensor '\(name)'", found: shape, expected: "[batch, heads, d_k, d_v]")
    }
    try self.init(checkedBatch: shape[0], heads: shape[1], headDim: shape[2], valueDim: shape[3])
    try file.require(prefix + "key_sum", shape: Array(shape[0..<3]))
    try file.require(prefix + "decay_sum", shape: [heads])
    matrix = try file.floats(name)
    keySum = try file.doubles(prefix + "key_sum")
    decaySum = try file.doubles(prefix + "decay_sum")
    self.position = position
    try requirePosition()
    // c is a sum of at most `position` powers of γ, each at most 1.
    for sum in decaySum {
      try RetNetError.require(
        (0...Double(position)).contains(sum), "'\(prefix)decay_sum'", sum, "from 0 to its position, \(position)")
    }
  }
}
