import Foundation
import RetNet
import RetNetText

/// Text from standard input.
enum StandardInput {
  /// All of standard input, without a final line break.
  ///
  /// - Throws: `FileError.unreadable`, `TextError.notUTF8`.
  static func text() throws -> String {
    let bytes: Data
    do {
      bytes = try FileHandle.standardInput.readToEnd() ?? Data()
    } catch {
      throw FileError.unreadable(path: "standard input", reason: error.localizedDescription)
    }
    return try text(Array(bytes))
  }

  static func text(_ bytes: [UInt8]) throws -> String {
    var text = try TextFile.text(bytes, name: "standard input")
    if text.last?.isNewline == true { text.removeLast() }
    return text
  }
}
