import Foundation
import RetNet

/// Files of the sources.
enum SourceFile {
  /// The whole file, line ends as `\n`. Throws `FileError.missing` or `CorpusError.broken`.
  static func text(_ path: String) throws -> String {
    guard FileManager.default.fileExists(atPath: path) else { throw FileError.missing(path: path) }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw FileError.unreadable(path: path, reason: "it is a folder, or may not be read")
    }
    guard let text = String(bytes: data, encoding: .utf8) else {
      throw CorpusError.broken(path: path, reason: "it is not UTF-8 text")
    }
    // Looking through the bytes first spares most files a copy, character by character.
    let plain = text.utf8.contains(0xEF) ? text.replacing("\u{FEFF}", with: "") : text
    return plain.utf8.contains(UInt8(ascii: "\r")) ? plain.replacing("\r\n", with: "\n") : plain
  }

  /// All files in or below the folder that are meant, in the order of their paths.
  ///
  /// - Parameters:
  ///   - inside: a folder below that is read instead of the whole, where it exists.
  ///   - expected: names the files in an error.
  static func all(
    in folder: String, inside: String? = nil, expected: String, where isMeant: (String) -> Bool
  ) throws -> [String] {
    func isFolder(_ path: String) -> Bool {
      var found: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &found) && found.boolValue
    }
    guard isFolder(folder) else { throw CorpusError.missingFolder(path: folder) }
    let root = inside.map { "\(folder)/\($0)" }.flatMap { isFolder($0) ? $0 : nil } ?? folder
    let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    let meant = names.filter(isMeant).sorted()
    guard !meant.isEmpty else { throw CorpusError.noFiles(path: folder, expected: expected) }
    return meant.map { "\(root)/\($0)" }
  }
}
