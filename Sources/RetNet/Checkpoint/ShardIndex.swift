import Foundation

/// `model.safetensors.index.json`: which shard holds which tensor.
package struct ShardIndex {
  /// A file's name in the index's folder for each tensor.
  package let shards: [String: String]

  /// Longest index that is read: a hundred times that of the largest models there are.
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
      guard let shard = value as? String else { throw bad("gives tensor '\(name)' no file's name") }
      // A shard lies beside its index: nothing outside of the folder is opened on a file's word.
      guard !shard.isEmpty, !shard.contains("/"), !shard.contains("\\"), shard != "..", shard != "." else {
        throw bad("puts tensor '\(name)' into '\(shard)', which is no file beside it")
      }
      shards[name] = shard
    }
    self.shards = shards
  }
}
