import Foundation
import RetNet
import Synchronization

/// Identifies the weights of a model and its states.
///
/// Two identities are equal if they refer to the same unchanged files. The SHA-256 is computed on first use, as it
/// reads all weights.
final class WeightsIdentity: Sendable {
  private let folder: String
  private let identities: [FileIdentity]
  private let hash = Mutex<String?>(nil)

  /// A file's identity in the file system; it changes with the contents.
  private struct FileIdentity: Sendable, Hashable {
    var device: Int
    var inode: Int
    var bytes: Int
    var modified: Date
  }

  /// Throws `FileError` or `CheckpointError`.
  init(folder: String) throws {
    self.folder = folder
    identities = try Self.identities(folder)
  }

  /// SHA-256 of the weights, 64 hexadecimal digits (`SessionFile.hash`).
  ///
  /// - Throws: `ChatError.weightsReplaced` if the files have changed since they were opened; `ChatError.file`,
  ///   `ChatError.model`.
  func sha256() throws(ChatError) -> String {
    try hash.withLock { hash throws(ChatError) in
      if let hash { return hash }
      let found = try ChatError.mappingErrors({ .model(folder: folder, reason: $0) }) {
        let found = try SessionFile.hash(ofModelIn: folder)
        // After hashing, so that the hashed bytes are known to be those that were opened.
        guard try Self.identities(folder) == identities else { throw ChatError.weightsReplaced(folder: folder) }
        return found
      }
      hash = found
      return found
    }
  }

  private static func identities(_ folder: String) throws -> [FileIdentity] {
    let (whole, index) = (
      ModelFolder.path(folder, ModelFolder.weightsFile), ModelFolder.path(folder, ModelFolder.indexFile)
    )
    let manager = FileManager.default
    let isSharded = !manager.fileExists(atPath: whole) && manager.fileExists(atPath: index)
    let files =
      isSharded
      ? Set(try ShardIndex(path: index).shards.values).sorted().map { ModelFolder.path(folder, $0) } : [whole]
    return try files.map { path in
      // The identity of the target of a symbolic link.
      let file = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
      guard let found = try? manager.attributesOfItem(atPath: file) else { throw FileError.missing(path: path) }
      func number(_ key: FileAttributeKey) -> Int { (found[key] as? NSNumber)?.intValue ?? 0 }
      return FileIdentity(
        device: number(.systemNumber), inode: number(.systemFileNumber), bytes: number(.size),
        modified: found[.modificationDate] as? Date ?? .distantPast)
    }
  }
}

extension WeightsIdentity: Hashable {
  static func == (a: WeightsIdentity, b: WeightsIdentity) -> Bool { a === b || a.identities == b.identities }

  func hash(into hasher: inout Hasher) { hasher.combine(identities) }
}
