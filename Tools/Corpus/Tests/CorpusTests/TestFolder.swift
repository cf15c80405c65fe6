import Foundation

/// A folder of one test, removed with it.
final class TestFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "corpus-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, with the folders on its way. Returns its path.
  @discardableResult func write(_ name: String, _ text: String) throws -> String {
    try write(name, bytes: text.utf8)
  }

  @discardableResult func write(_ name: String, bytes: some Sequence<UInt8>) throws -> String {
    let file = "\(path)/\(name)"
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: file).deletingLastPathComponent().path, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  /// The text of a file in the folder; nil where there is none.
  func text(_ name: String) -> String? {
    FileManager.default.contents(atPath: "\(path)/\(name)").map { String(decoding: $0, as: UTF8.self) }
  }

  /// Names of all that lies in a folder of it, in order; nil where there is no such folder.
  func names(_ name: String = "") -> [String]? {
    (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(name)"))?.sorted()
  }
}
