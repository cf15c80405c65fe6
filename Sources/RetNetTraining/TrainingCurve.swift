import Foundation
import RetNet

/// Held-out bits per byte over the tokens seen, read from the logs of one run or of several that go on from each other.
package struct TrainingCurve: Sendable, Hashable {
  package struct Point: Sendable, Hashable {
    /// Predicted since the first run began.
    package var tokens: Int
    /// Of all held-out files together.
    package var bitsPerByte: Double
  }

  package var points: [Point] = []

  /// - Parameter logs: files as `retnet train` writes them, in the order of their runs.
  /// - Throws: `FileError`, `TrainingError.noMeasurements`.
  package init(logs: [String]) throws {
    var before = 0
    for log in logs {
      let lines = try FileBytes.read(log).split(separator: UInt8(ascii: "\n"))
      let count = points.count
      var tokens = 0
      let decoder = JSONDecoder()
      for line in lines {
        guard let line = try? decoder.decode(Line.self, from: Data(line)) else { continue }
        tokens = line.tokens ?? tokens
        if let together = line.validation?["together"] {
          points.append(Point(tokens: before + tokens, bitsPerByte: together))
        }
      }
      if points.count == count { throw TrainingError.noMeasurements(path: log) }
      before += tokens
    }
  }

  /// What is wanted of a line: a step's tokens, or a measurement.
  private struct Line: Decodable {
    var tokens: Int?
    var validation: [String: Double]?
  }
}
