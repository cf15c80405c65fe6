import Foundation

/// All tensors of a model's folder, memory-mapped and read-only: one `model.safetensors`, or the shards of
/// `model.safetensors.index.json`.
///
/// Every shard must have the tensors that the index assigns to it. Further tensors of a shard are available too.
package final class TensorFiles: Sendable {
  /// The path for errors: the file, or the index of the shards.
  package let path: String
  /// The names of all tensors: shards sorted by name, the tensors of a shard in the order of their bytes.
  package let names: [String]
  /// `__metadata__` of the first file.
  package let metadata: [String: String]

  let files: [SafetensorsFile]
  /// The index in `files` of each tensor's file.
  private let fileIndices: [String: Int]

  /// Opens the weights in `folder`. Throws `FileError` or `CheckpointError`.
  package convenience init(folder: String) throws {
    let whole = ModelFolder.path(folder, ModelFolder.weightsFile)
    let index = ModelFolder.path(folder, ModelFolder.indexFile)
    let manager = FileManager.default
    if manager.fileExists(atPath: whole) || !manager.fileExists(atPath: index) {
      do {
        try self.init(path: whole)
      } catch FileError.missing {
        let pickles = PyTorchWeights.files(in: folder)
        guard pickles.isEmpty else { throw CheckpointError.pickled(paths: pickles) }
        let others = (try? manager.contentsOfDirectory(atPath: folder)) ?? []
        if let found = others.sorted().first(where: { $0.hasSuffix(".safetensors") }) {
          throw CheckpointError.otherWeights(folder: folder, found: found)
        }
        throw FileError.missing(path: whole)
      }
    } else {
      try self.init(index: try ShardIndex(path: index), path: index, folder: folder)
    }
  }

  /// Opens one file.
  package convenience init(path: String) throws {
    try self.init(path: path, files: [try SafetensorsFile(path: path)])
  }

  private convenience init(index: ShardIndex, path: String, folder: String) throws {
    let shards = Set(index.shards.values).sorted()
    let files = try shards.map { shard in
      do {
        return try SafetensorsFile(path: ModelFolder.path(folder, shard))
      } catch FileError.missing {
        throw CheckpointError.missingShard(index: path, shard: shard)
      }
    }
    let byShard = Dictionary(uniqueKeysWithValues: zip(shards, files))
    for (name, shard) in index.shards.sorted(by: { $0.key < $1.key }) where byShard[shard]?.info(name) == nil {
      throw CheckpointError.missingInShard(index: path, name: name, shard: shard)
    }
    try self.init(path: path, files: files)
  }

  private init(path: String, files: [SafetensorsFile]) throws {
    self.path = path
    self.files = files
    metadata = files.first?.metadata ?? [:]
    names = files.flatMap(\.names)
    var fileIndices: [String: Int] = [:]
    for (index, file) in files.enumerated() {
      for name in file.names {
        if let other = fileIndices.updateValue(index, forKey: name) {
          throw CheckpointError.duplicateTensor(name: name, first: files[other].path, second: file.path)
        }
      }
    }
    self.fileIndices = fileIndices
  }

  /// The shapes of all tensors by name.
  package var shapes: [String: [Int]] {
    Dictionary(uniqueKeysWithValues: names.compactMap { name in info(name).map { (name, $0.shape) } })
  }

  /// The bytes of all tensors.
  package var byteCount: Int { names.reduce(0) { $0 + (info($1)?.byteRange.count ?? 0) } }

  /// The path of a tensor's file.
  package func path(of name: String) -> String? { fileIndices[name].map { files[$0].path } }

  package func info(_ name: String) -> TensorInfo? { fileIndices[name].flatMap { files[$0].info(name) } }

  /// Throws `CheckpointError` if the tensor is missing or has another shape.
  package func check(_ name: String, is shape: [Int]) throws {
    guard let info = info(name) else { throw CheckpointError.missingTensor(name: name, path: path) }
    guard info.shape == shape else {
      throw CheckpointError.shapeMismatch(name: name, expected: shape, found: info.shape)
    }
  }

  /// As `SafetensorsFile.floats`. Throws `CheckpointError`.
  package func floats(_ name: String) throws -> [Float] { try file(of: name).floats(name) }

  /// As `SafetensorsFile.doubles`. Throws `CheckpointError`.
  package func doubles(_ name: String) throws -> [Double] { try file(of: name).doubles(name) }

  /// As `SafetensorsFile.read`. Throws `CheckpointError`.
  package func read(_ name: String, into buffer: UnsafeMutableBufferPointer<Float>) throws {
    try file(of: name).read(name, into: buffer)
  }

  /// As `SafetensorsFile.withBytes`. Throws `CheckpointError`, or the error of `body`.
  package func withBytes<Result>(_ name: String, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    try file(of: name).withBytes(name, body)
  }

  /// A tensor in its mapped file. The bytes are valid while this object exists.
  package func mapped(_ name: String) throws -> (info: TensorInfo, bytes: UnsafeRawBufferPointer) {
    let file = try file(of: name)
    guard let info = file.info(name) else { throw CheckpointError.missingTensor(name: name, path: path) }
    return (info, try file.withBytes(name) { $0 })
  }

  private func file(of name: String) throws -> SafetensorsFile {
    guard let index = fileIndices[name] else { throw CheckpointError.missingTensor(name: name, path: path) }
    return files[index]
  }
}
