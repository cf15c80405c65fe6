import Foundation

/// A folder for one test, removed on deinitialization.
final class TestFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "corpus-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and creates its folders. Returns its path.
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

  /// The text of a file in the folder, nil if there is none.
  func text(_ name: String) -> String? {
    FileManager.default.contents(atPath: "\(path)/\(name)").map { String(decoding: $0, as: UTF8.self) }
  }

  /// The sorted names of everything in a subfolder, nil if there is no such folder.
  func names(_ name: String = "") -> [String]? {
    (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(name)"))?.sorted()
  }
}
