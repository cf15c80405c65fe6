import Foundation
import RetNet

/// The log of a run, `log.jsonl`: one line of JSON per event.
package final class TrainingLog {
  private let handle: FileHandle
  private let path: String

  /// Opens the log for appending. Throws `FileError`.
  ///
  /// Lines of steps after `step`, and an incomplete last line, are removed: training writes them again.
  package init(path: String, upToStep step: Int) throws {
    self.path = path
    if !FileManager.default.fileExists(atPath: path) { try AtomicFile.write("", to: path) }
    let kept = Self.validPrefixLength(try FileBytes.read(path, limit: .max), upTo: step)
    handle = FileHandle(fileDescriptor: try RegularFile.open(path, O_RDWR).descriptor, closeOnDealloc: true)
    try mappingErrors {
      try handle.truncate(atOffset: UInt64(kept))
      try handle.seekToEnd()
    }
  }

  package func append(_ event: TrainingEvent) throws {
    try mappingErrors { try handle.write(contentsOf: Data((event.json + "\n").utf8)) }
  }

  /// Flushes all lines to disk, before a checkpoint that refers to them.
  package func flush() throws {
    try mappingErrors { try handle.synchronize() }
  }

  /// The steps of a log, for a plot. Unreadable lines are skipped, and an unreadable log has no steps.
  package static func steps(path: String) -> [TrainingEvent.Step] {
    guard let data = try? FileBytes.read(path, limit: .max) else { return [] }
    let decoder = JSONDecoder()
    return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
      // Lines of other events have other keys.
      (try? decoder.decode(TrainingEvent.Step.self, from: Data(line))).flatMap { $0.step >= 0 ? $0 : nil }
    }
  }

  /// Bytes up to the first line that is incomplete, is not an event, or belongs to a later step.
  private static func validPrefixLength(_ data: Data, upTo step: Int) -> Int {
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

  private func mappingErrors(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      throw FileError.unwritable(path: path, reason: "\(error.localizedDescription)")
    }
  }
}
