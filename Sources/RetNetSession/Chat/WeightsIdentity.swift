import Foundation
import RetNet
import Synchronization

/// Which weights a model and its states belong to.
///
/// Two are equal where they stand for the same unchanged files. The SHA-256 is computed at its first use only: it reads all
/// weights.
final class WeightsIdentity: Sendable {
  private let folder: String
  private let stamps: [Stamp]
  private let hash = Mutex<String?>(nil)

  /// What the file system knows of a file; another content has another stamp.
  private struct Stamp: Sendable, Hashable {
    var device: Int
    var inode: Int
    var bytes: Int
    var modified: Date
  }

  /// Throws `FileError` or `CheckpointError`.
  init(folder: String) throws {
    self.folder = folder
    stamps = try Self.stamps(folder)
  }

  /// SHA-256 of the weights, 64 hexadecimal digits (`SessionFile.hash`).
  ///
  /// - Throws: `ChatError.weightsReplaced` where the files are no longer those that were opened; `ChatError.file`,
  ///   `ChatError.model`.
  func sha256() throws(ChatError) -> String {
    try hash.withLock { hash throws(ChatError) in
      if let hash { return hash }
      let found = try ChatError.describing({ .model(folder: folder, reason: $0) }) {
        let found = try SessionFile.hash(ofModelIn: folder)
        // After the hash: what was read is then known to be what was opened.
        guard try Self.stamps(folder) == stamps else { throw ChatError.weightsReplaced(folder: folder) }
        return found
      }
      hash = found
      return found
    }
  }

  private static func stamps(_ folder: String) throws -> [Stamp] {
    let (whole, index) = (
      ModelFolder.path(folder, ModelFolder.weightsFile), ModelFolder.path(folder, ModelFolder.indexFile)
    )
    let manager = FileManager.default
    let isSharded = !manager.fileExists(atPath: whole) && manager.fileExists(atPath: index)
    let files =
      isSharded
      ? Set(try ShardIndex(path: index).shards.values).sorted().map { ModelFolder.path(folder, $0) } : [whole]
    return try files.map { path in
      // A link is stamped as what it leads to.
      let file = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
      guard let found = try? manager.attributesOfItem(atPath: file) else { throw FileError.missing(path: path) }
      func number(_ key: FileAttributeKey) -> Int { (found[key] as? NSNumber)?.intValue ?? 0 }
      return Stamp(
        device: number(.systemNumber), inode: number(.systemFileNumber), bytes: number(.size),
        modified: found[.modificationDate] as? Date ?? .distantPast)
    }
  }
}

extension WeightsIdentity: Hashable {
  static func == (a: WeightsIdentity, b: WeightsIdentity) -> Bool { a === b || a.stamps == b.stamps }

  func hash(into hasher: inout Hasher) { hasher.combine(stamps) }
}
