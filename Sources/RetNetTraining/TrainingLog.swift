import Foundation
import RetNet

/// The run's diary, `log.jsonl`: a line of JSON for each event.
package final class TrainingLog {
  private let handle: FileHandle
  private let path: String

  /// Opens the log at `path` to write on, after what it holds up to `step`. Throws `FileError`.
  ///
  /// Lines of later steps, and a line that a kill cut off, are taken out: training will write them again.
  package init(path: String, keepingSteps step: Int) throws {
    self.path = path
    if !FileManager.default.fileExists(atPath: path) { try AtomicFile.write("", to: path) }
    guard let handle = FileHandle(forUpdatingAtPath: path) else {
      throw FileError.unwritable(path: path, reason: systemReason(errno))
    }
    self.handle = handle
    try reporting {
      let kept = Self.keptBytes(try Data(contentsOf: URL(fileURLWithPath: path)), upTo: step)
      try handle.truncate(atOffset: UInt64(kept))
      try handle.seekToEnd()
    }
  }

  package func append(_ event: TrainingEvent) throws {
    try reporting { try handle.write(contentsOf: Data((event.json + "\n").utf8)) }
  }

  /// Brings all lines to the disk, before a checkpoint that counts on them.
  package func flush() throws {
    try reporting { try handle.synchronize() }
  }

  /// The steps of a log, as far as its lines can be read: for a plot.
  package static func steps(path: String) -> [TrainingEvent.Step] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    let decoder = JSONDecoder()
    return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
      try? decoder.decode(TrainingEvent.Step.self, from: Data(line))  // lines of other events have other keys
    }
  }

  /// Bytes up to the first line that is cut off, is no event, or belongs to a later step.
  private static func keptBytes(_ data: Data, upTo step: Int) -> Int {
    struct Line: Decodable {
      var step: Int
    }
    let decoder = JSONDecoder()
    var kept = data.startIndex
    while let end = data[kept...].firstIndex(of: UInt8(ascii: "\n")) {
      guard let line = try? decoder.decode(Line.self, from: data[kept..<end]), line.step <= step else { break }
      kept = end + 1
    }
    return kept - data.startIndex
  }

  private func reporting(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      throw FileError.unwritable(path: path, reason: "\(error.localizedDescription)")
    }
  }
}
