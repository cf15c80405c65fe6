import Foundation

/// All tensors of a model's folder, memory-mapped and read-only: one `model.safetensors`, or the shards that
/// `model.safetensors.index.json` names.
///
/// Of a sharded model the index says which shard holds which tensor, and every shard must hold what the index says. A tensor
/// that a shard has beside those is found too.
package final class TensorFiles: Sendable {
  /// What is named in errors: the file, or the index of the shards.
  package let path: String
  /// Every tensor's name, shard by shard in the order of their names, in the order in which they lie in each.
  package let names: [String]
  /// `__metadata__` of the first file.
  package let metadata: [String: String]

  private let files: [SafetensorsFile]
  /// Which of `files` holds each tensor.
  private let places: [String: Int]

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
    var places: [String: Int] = [:]
    for (place, file) in files.enumerated() {
      for name in file.names {
        if let other = places.updateValue(place, forKey: name) {
          throw CheckpointError.duplicateTensor(name: name, first: files[other].path, second: file.path)
        }
      }
    }
    self.places = places
  }

  /// Every tensor's shape by its name.
  package var shapes: [String: [Int]] {
    Dictionary(uniqueKeysWithValues: names.compactMap { name in info(name).map { (name, $0.shape) } })
  }

  /// Bytes of all tensors together.
  package var byteCount: Int { names.reduce(0) { $0 + (info($1)?.byteRange.count ?? 0) } }

  /// Number of files.
  package var fileCount: Int { files.count }

  /// The file that holds a tensor.
  package func path(of name: String) -> String? { places[name].map { files[$0].path } }

  package func info(_ name: String) -> TensorInfo? { places[name].flatMap { files[$0].info(name) } }

  /// Throws `CheckpointError` where there is no such tensor, or where it has another shape.
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

  /// As `SafetensorsFile.withBytes`. Throws `CheckpointError`, or what `body` throws.
  package func withBytes<Result>(_ name: String, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    try file(of: name).withBytes(name, body)
  }

  /// A tensor where its file has it; its bytes are valid while this object lives.
  package func mapped(_ name: String) throws -> (info: TensorInfo, bytes: UnsafeRawBufferPointer) {
    let file = try file(of: name)
    guard let info = file.info(name) else { throw CheckpointError.missingTensor(name: name, path: path) }
    return (info, try file.withBytes(name) { $0 })
  }

  private func file(of name: String) throws -> SafetensorsFile {
    guard let place = places[name] else { throw CheckpointError.missingTensor(name: name, path: path) }
    return files[place]
  }
}
