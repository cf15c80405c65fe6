import Foundation

/// Writes a model's weights into a folder: one `model.safetensors`, or shards with an index if it would be too large.
package enum ShardedWeights {
  /// The default size limit of a shard in bytes.
  package static let defaultShardBytes = 5_000_000_000

  /// Writes all tensors and returns the files' names, the index last.
  ///
  /// Shards are filled in the order of the tensors. A tensor larger than the limit has its own shard. Other files in
  /// the folder are not removed.
  ///
  /// - Throws: `FileError.unwritable`, or the error of a tensor's source.
  package static func write(
    _ tensors: [SafetensorsWriter.Tensor], metadata: [String: String], shardBytes: Int = defaultShardBytes,
    to folder: String
  ) throws -> [String] {
    let shards = shards(tensors, shardBytes: shardBytes)
    guard shards.count > 1 else {
      try SafetensorsWriter.write(
        tensors, metadata: metadata, to: ModelFolder.path(folder, ModelFolder.weightsFile))
      return [ModelFolder.weightsFile]
    }
    var shardOfTensor: [String: String] = [:]
    var files: [String] = []
    for (index, shard) in shards.enumerated() {
      let file = fileName(index, of: shards.count)
      try SafetensorsWriter.write(shard, metadata: metadata, to: ModelFolder.path(folder, file))
      files.append(file)
      for tensor in shard { shardOfTensor[tensor.name] = file }
    }
    let index: [String: Any] = [
      "metadata": ["total_size": tensors.reduce(0) { $0 + bytes(of: $1) }], "weight_map": shardOfTensor,
    ]
    let json = try JSONSerialization.data(
      withJSONObject: index, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    try AtomicFile.write(json + [0x0A], to: ModelFolder.path(folder, ModelFolder.indexFile))
    return files + [ModelFolder.indexFile]
  }

  package static func bytes(of tensor: SafetensorsWriter.Tensor) -> Int { tensor.shape.reduce(tensor.type.size, *) }

  /// `model-00001-of-00003.safetensors` for the first of three.
  private static func fileName(_ index: Int, of count: Int) -> String {
    func digits(_ number: Int) -> String { String(repeating: "0", count: max(0, 5 - "\(number)".count)) + "\(number)" }
    return "model-\(digits(index + 1))-of-\(digits(count)).safetensors"
  }

  private static func shards(
    _ tensors: [SafetensorsWriter.Tensor], shardBytes: Int
  ) -> [[SafetensorsWriter.Tensor]] {
    var shards: [[SafetensorsWriter.Tensor]] = [[]]
    var size = 0
    for tensor in tensors {
      if size > 0, size + bytes(of: tensor) > shardBytes {
        shards.append([])
        size = 0
      }
      shards[shards.count - 1].append(tensor)
      size += bytes(of: tensor)
    }
    return shards
  }
}
