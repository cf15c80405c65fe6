import Foundation
import Testing

@testable import RetNetTUI
@testable import TerminalKit

/// Expects the screen to equal its file in `Goldens`: for "explorer/cell" at 80×24, `explorer/cell-80x24.txt`.
///
/// If `RETNET_RECORD` is set, a missing or different file is written. The test still fails.
func expectScreen(_ state: AppState, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let file = ScreenFile(name: "\(name)-\(state.columns)x\(state.windowRows)")
  guard let failure = file.failure(render(state).text) else { return }
  Issue.record("\(failure)", sourceLocation: sourceLocation)
}

/// Expects the screen with its colours to equal its file in `Goldens`: for "colours/step" in 256 colours on a dark
/// background, `colours/step-80x24-colors256-dark.txt`. Show it with `cat`.
func expectColours(_ state: AppState, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let traits = state.traits
  let file = ScreenFile(
    name: "\(name)-\(state.columns)x\(state.rows)-\(traits.depth)-\(traits.theme.name.rawValue)")
  guard let failure = file.failure(render(state).ansi(depth: traits.depth, theme: traits.theme)) else { return }
  Issue.record("\(failure)", sourceLocation: sourceLocation)
}

/// A screen as text, with a newline after its last row.
struct ScreenFile {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Goldens")

  /// The path in `Goldens`, without `.txt`.
  let name: String

  /// The sizes at which pages are compared.
  static let sizes = [(columns: 80, rows: 24), (columns: 160, rows: 50)]

  /// Says how `screen` differs from the file, or that there is none. Nil if the two are equal.
  fileprivate func failure(_ screen: String) -> String? {
    RecordedFile(url: Self.folder.appendingPathComponent(name + ".txt")).failure(screen + "\n", Self.difference)
  }

  /// The first line in which a screen differs from its file.
  static func difference(_ found: String, from expected: String) -> String? {
    guard found != expected else { return nil }
    let lines = [expected, found].map { $0.split(separator: "\n", omittingEmptySubsequences: false) }
    let number = zip(lines[0], lines[1]).prefix { $0 == $1 }.count
    let (expected, found) = (lines[0].dropFirst(number).first, lines[1].dropFirst(number).first)
    return """
      line \(number + 1) differs.
      expected: \(expected.map { "'\($0)'" } ?? "the end")
      found:    \(found.map { "'\($0)'" } ?? "the end")
      """
  }
}

/// A file with what a test expects. If `RETNET_RECORD` is set, a missing or different file is written.
struct RecordedFile {
  private static let isRecording = ProcessInfo.processInfo.environment["RETNET_RECORD"] != nil

  let url: URL

  /// Says how `found` differs from the file, or that there is none. Nil if the two are alike.
  ///
  /// - Parameter difference: says how its first argument differs from the second.
  func failure(_ found: String, _ difference: (String, String) -> String?) -> String? {
    let stored = FileManager.default.contents(atPath: url.path).map { String(decoding: $0, as: UTF8.self) }
    let failure = stored.map { difference(found, $0) } ?? "there is no such file."
    guard let failure else { return nil }
    guard Self.isRecording else {
      return "\(url.path): \(failure)\nTo record the screen as it is now, set RETNET_RECORD=1 and run the test."
    }
    do {
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(found.utf8).write(to: url)
      return "\(url.path): \(failure)\nRecorded. Read the file, then run the test without RETNET_RECORD."
    } catch {
      return "\(url.path): \(failure)\nIt cannot be recorded: \(error)"
    }
  }
}
