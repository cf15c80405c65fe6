import Foundation
import RetNet
import RetNetText

/// Text from standard input.
enum StandardInput {
  /// All of standard input, without a final line break.
  ///
  /// - Throws: `FileError.unreadable`, `TextError.notUTF8`.
  static func text() throws -> String { try text(bytes()) }

  /// Runs `body`, in which the text file `-` has the content of standard input if `paths` name it.
  ///
  /// - Throws: `FileError.unreadable`, and the errors of `body`.
  static func named<Result>(in paths: [String], _ body: () throws -> Result) throws -> Result {
    guard paths.contains("-") else { return try body() }
    return try TextFile.$standardInput.withValue(try bytes(), operation: body)
  }

  private static func bytes() throws -> [UInt8] {
    do {
      return Array(try FileHandle.standardInput.readToEnd() ?? Data())
    } catch {
      throw FileError.unreadable(path: "standard input", reason: error.localizedDescription)
    }
  }

  static func text(_ bytes: [UInt8]) throws -> String {
    var text = try TextFile.text(bytes, name: "standard input")
    if text.last?.isNewline == true { text.removeLast() }
    return text
  }
}
