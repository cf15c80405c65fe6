import Foundation
import RetNet

/// Files of the sources.
enum SourceFile {
  /// The longest accepted file, larger than any file of the sources.
  private static let limit = 1 << 30

  /// The text of a file with `\n` as line ends and without byte order marks. Throws `FileError` or `CorpusError.broken`.
  static func text(_ path: String) throws -> String {
    let bytes = try bytes(path)
    guard let text = String(validating: plain(bytes), as: UTF8.self) else {
      let line = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        .firstIndex { String(validating: $0, as: UTF8.self) == nil }
      let place = line.map { "line \($0 + 1)" } ?? "it"
      throw CorpusError.broken(path: path, reason: "\(place) is not UTF-8 text")
    }
    return text
  }

  /// Throws `FileError`. A file above the limit is refused before memory is allocated.
  private static func bytes(_ path: String) throws -> [UInt8] {
    let attributes: [FileAttributeKey: Any]
    do {
      // The target of a link.
      attributes = try FileManager.default.attributesOfItem(atPath: (path as NSString).resolvingSymlinksInPath)
    } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
      throw FileError.missing(path: path)
    } catch {
      throw FileError.unreadable(path: path, reason: "its attributes cannot be read")
    }
    switch attributes[.type] as? FileAttributeType {
    case .typeRegular: break
    case .typeDirectory: throw FileError.notAFile(path: path, found: "a folder")
    default: throw FileError.notAFile(path: path, found: "a device or pipe")
    }
    let count = attributes[.size] as? Int ?? 0
    guard count <= limit else { throw FileError.tooLarge(path: path, bytes: count, limit: limit) }
    do {
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw FileError.unreadable(path: path, reason: "it cannot be opened")
    }
  }

  /// Without U+FEFF, and without `\r` before `\n`.
  private static func plain(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(where: { $0 == 0xEF || $0 == UInt8(ascii: "\r") }) else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let rest = bytes.count - index
      if bytes[index] == 0xEF, rest >= 3, bytes[index + 1] == 0xBB, bytes[index + 2] == 0xBF {
        index += 3
        continue
      }
      if !(bytes[index] == UInt8(ascii: "\r") && rest >= 2 && bytes[index + 1] == UInt8(ascii: "\n")) {
        result.append(bytes[index])
      }
      index += 1
    }
    return result
  }

  /// All matching files in or below the folder, ordered by path. Hidden files of systems and editors (`._a.csv`) are
  /// skipped.
  ///
  /// - Parameters:
  ///   - inside: the folder of the source's repository that holds the files. If it, or the end of its path, exists below
  ///     `folder`, only its files are read.
  ///   - expected: the name of the files in an error.
  static func all(
    in folder: String, inside: String? = nil, expected: String, where isMeant: (String) -> Bool
  ) throws -> [String] {
    guard isFolder(folder) else { throw CorpusError.missingFolder(path: folder) }
    let root = inside.flatMap { ends(of: $0).map { "\(folder)/\($0)" }.first(where: isFolder) } ?? folder
    let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    let meant = names.filter { !$0.hasPrefix(".") && !$0.contains("/.") && isMeant($0) }.sorted()
    guard !meant.isEmpty else { throw CorpusError.noFiles(path: folder, expected: expected) }
    return meant.map { "\(root)/\($0)" }
  }

  /// `a/b/c`, `b/c`, `c`: the given folder may be any folder on the path.
  private static func ends(of path: String) -> [String] {
    let parts = path.split(separator: "/")
    return parts.indices.map { parts[$0...].joined(separator: "/") }
  }

  private static func isFolder(_ path: String) -> Bool {
    var found: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &found) && found.boolValue
  }
}
