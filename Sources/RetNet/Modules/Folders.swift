import Foundation

extension RetNetModel {
  /// Reads a language model in the dialect of its folder. Reads all weights of a small model and maps those of a large
  /// one.
  ///
  /// - Parameter folder: contains `config.json` and `model.safetensors`, or shards with their index.
  /// - Throws: ``StorageError`` if a file or tensor is missing, damaged, of the wrong shape, or not supported.
  public init(contentsOf folder: URL) throws(StorageError) {
    self = try StorageError.naming(folder) { try RetNetModel.load(from: $0) }
  }
}

extension MultiScaleRetention {
  /// Reads a stand-alone module with the tensor names of `write(to:)` and retnet-pytorch.
  ///
  /// - Parameter folder: contains `config.json` and `model.safetensors`.
  /// - Throws: ``StorageError`` if a file, key or tensor is missing, damaged, of the wrong shape, or not supported.
  public init(contentsOf folder: URL) throws(StorageError) {
    self = try StorageError.naming(folder) { try MultiScaleRetention.load(from: $0) }
  }

  /// Writes `config.json` and `model.safetensors`. Creates the folder if it is missing.
  ///
  /// - Parameter folder: a local folder, or the place for one.
  /// - Throws: ``StorageError``, also for a layer that was created without a ``RetentionModuleConfiguration``.
  public func write(to folder: URL) throws(StorageError) {
    try StorageError.naming(folder) { path in
      try RetNetError.requireWeights(weights.count, layout.count)
      guard configuration != nil else {
        throw StorageError(
          folder,
          "This layer has no configuration for config.json. Create it from a RetentionModuleConfiguration, or store "
            + "its weights yourself.")
      }
      try save(to: path)
    }
  }
}

extension RetNetStack {
  /// Reads a stack with the tensor names of `write(to:)` and retnet-pytorch.
  ///
  /// - Parameter folder: contains `config.json` and `model.safetensors`.
  /// - Throws: ``StorageError`` if a file, key or tensor is missing, damaged, of the wrong shape, or not supported.
  public init(contentsOf folder: URL) throws(StorageError) {
    self = try StorageError.naming(folder) { try RetNetStack.load(from: $0) }
  }

  /// Writes `config.json` and `model.safetensors`. Creates the folder if it is missing.
  ///
  /// - Parameter folder: a local folder, or the place for one.
  /// - Throws: ``StorageError`` if a file cannot be written, or the number of weights is wrong.
  public func write(to folder: URL) throws(StorageError) {
    try StorageError.naming(folder) { path in
      try RetNetError.requireWeights(weights.count, architecture.layout.count)
      try save(to: path)
    }
  }
}
