import Foundation
import RetNet
import RetNetText
import TerminalKit

/// The user's editor: `$VISUAL`, else `$EDITOR`, else vi.
package struct ExternalEditor: Sendable {
  /// A shell command, which may have arguments.
  let command: String
  private let folder: String

  /// Maximum size of an edited text in bytes.
  static let limit = 1 << 20

  package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    command = ["VISUAL", "EDITOR"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? "vi"
    folder = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
  }

  /// Opens the editor on a text, in a private file that is removed afterwards.
  ///
  /// - Parameter terminal: the terminal's descriptor, in the modes that a shell expects.
  /// - Returns: the text that the editor has saved, without line breaks at its end.
  /// - Throws: `ExternalEditorError`, `TerminalError`, `FileError`, `TextError`.
  package func edit(_ text: String, terminal: Int32) throws -> String {
    var template = Array((folder + "/retnet-XXXXXX.txt").utf8CString)
    let descriptor = mkstemps(&template, 4)
    let path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    guard descriptor >= 0 else {
      throw FileError.unwritable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { unlink(path) }
    do {
      let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      try file.write(contentsOf: Data((text + "\n").utf8))
      try file.close()
    }
    let status = try ForegroundProgram.run(["/bin/sh", "-c", command + " \"$0\"", path], terminal: terminal)
    guard status == 0 else { throw ExternalEditorError(command: command, status: status) }
    let edited = try TextFile.text(Array(try FileBytes.read(path, limit: Self.limit)), name: path)
    return String(edited.reversed().drop(while: \.isNewline).reversed())
  }
}

/// An editor that failed.
struct ExternalEditorError: Error, Equatable, CustomStringConvertible {
  let command: String
  let status: Int32

  var description: String {
    "The editor '\(command)' ended with status \(status), so the text is unchanged. "
      + (status == 127 ? "Set VISUAL or EDITOR to an editor that is installed." : "")
  }
}
