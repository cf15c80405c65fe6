import Foundation

extension RetNetModel {
  /// Reads a language model: `config.json` and `model.safetensors`, in one file or in shards.
  ///
  /// - Throws: `StorageError` if a file or tensor is missing, damaged, of the wrong shape, or not supported.
  public init(contentsOf folder: URL) throws(StorageError) {
    self = try StorageError.naming(folder) { try RetNetModel.load(from: $0) }
  }
}

extension MultiScaleRetention {
  /// Reads a stand-alone module with the tensor names of `write(to:)` and retnet-pytorch.
  ///
  /// - Throws: `StorageError`.
  public init(contentsOf folder: URL) throws(StorageError) {
    self = try StorageError.naming(folder) { try MultiScaleRetention.load(from: $0) }
  }

  /// Writes `config.json` and `model.safetensors`. Creates the folder if it is missing.
  ///
  /// - Throws: `StorageError`, also for a layer that was created without a `RetentionModuleConfiguration`.
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
  /// - Throws: `StorageError`.
  public init(contentsOf folder: URL) throws(StorageError) {
    self = try StorageError.naming(folder) { try RetNetStack.load(from: $0) }
  }

  /// Writes `config.json` and `model.safetensors`. Creates the folder if it is missing.
  ///
  /// - Throws: `StorageError`.
  public func write(to folder: URL) throws(StorageError) {
    try StorageError.naming(folder) { path in
      try RetNetError.requireWeights(weights.count, architecture.layout.count)
      try save(to: path)
    }
  }
}
