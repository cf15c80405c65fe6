import Foundation

/// `model.safetensors.index.json`, which assigns each tensor to a shard.
package struct ShardIndex {
  /// The file name of each tensor's shard, in the index's folder.
  package let shards: [String: String]

  /// The size limit, a hundred times that of the largest models.
  private static let maximumLength = 64 << 20

  /// Throws `FileError`, or `CheckpointError.badIndex`.
  package init(path: String) throws {
    func bad(_ problem: String) -> CheckpointError { .badIndex(path: path, problem: problem) }
    let file = try MappedFile(path: path)
    guard file.bytes.count <= Self.maximumLength else { throw bad("has \(file.bytes.count) bytes") }
    guard let object = try? JSONSerialization.jsonObject(with: Data(file.bytes)) as? [String: Any] else {
      throw bad("is not a JSON object")
    }
    guard let map = object["weight_map"] as? [String: Any], !map.isEmpty else {
      throw bad("has no 'weight_map' of tensors to shards")
    }
    var shards: [String: String] = [:]
    for (name, value) in map {
      guard let shard = value as? String else { throw bad("has no file name for tensor '\(name)'") }
      // For security, an index may only name files in its folder.
      guard !shard.isEmpty, !shard.contains("/"), !shard.contains("\\"), shard != "..", shard != "." else {
        throw bad("assigns tensor '\(name)' to '\(shard)', which is not a file in its folder")
      }
      shards[name] = shard
    }
    self.shards = shards
  }
}
