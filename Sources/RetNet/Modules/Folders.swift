import Foundation

extension RetNetModel {
  /// Reads a language model: `config.json` and `model.safetensors`, whole or in shards.
  ///
  /// - Throws: `StorageError` where something is missing, damaged, of another shape, or not supported.
  public init(contentsOf folder: URL) throws(StorageError) {
    self = try StorageError.naming(folder) { try RetNetModel.load(from: $0) }
  }
}

extension MultiScaleRetention {
  /// Reads a stand-alone module, as `write(to:)` and retnet-pytorch name its tensors.
  ///
  /// - Throws: `StorageError`.
  public init(contentsOf folder: URL) throws(StorageError) {
    self = try StorageError.naming(folder) { try MultiScaleRetention.load(from: $0).module }
  }

  /// Writes `config.json` and `model.safetensors`; the folder is made where it is missing.
  ///
  /// - Throws: `StorageError`; also for a layer that was not made from a `RetentionModuleConfiguration`, which alone is
  ///   what a folder describes.
  public func write(to folder: URL) throws(StorageError) {
    try StorageError.naming(folder) { path in
      try RetNetError.requireWeights(weights.count, layout.count)
      guard configuration != nil else {
        throw StorageError(
          folder,
          "This layer has no configuration that config.json could hold. Make it from a "
            + "RetentionModuleConfiguration, or store its weights yourself.")
      }
      try save(to: path)
    }
  }
}

extension RetNetStack {
  /// Reads a stack, as `write(to:)` and retnet-pytorch name its tensors.
  ///
  /// - Throws: `StorageError`.
  public init(contentsOf folder: URL) throws(StorageError) {
    self = try StorageError.naming(folder) { try RetNetStack.load(from: $0).stack }
  }

  /// Writes `config.json` and `model.safetensors`; the folder is made where it is missing.
  ///
  /// - Throws: `StorageError`.
  public func write(to folder: URL) throws(StorageError) {
    try StorageError.naming(folder) { path in
      try RetNetError.requireWeights(weights.count, architecture.layout.count)
      try save(to: path)
    }
  }
}
