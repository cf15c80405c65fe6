import Foundation
import RetNet
import RetNetText

/// Validation bits per byte against training tokens, read from the logs of one run or of consecutive runs.
package struct TrainingCurve: Sendable, Hashable {
  package struct Point: Sendable, Hashable {
    /// Tokens predicted since the start of the first run.
    package var tokens: Int
    /// Over all validation files.
    package var bitsPerByte: Double
  }

  package var points: [Point] = []

  /// - Parameter logs: files written by `retnet train`, in the order of their runs.
  /// - Throws: `FileError`, `TextError`, `TrainingError.noValidationResults`.
  package init(logs: [String]) throws {
    var before = 0
    for log in logs {
      let count = points.count
      var tokens = 0
      let decoder = JSONDecoder()
      try TextFile.forEachLine(log) { bytes, _ in
        guard let line = try? decoder.decode(Line.self, from: Data(bytes)) else { return }
        tokens = min(max(line.tokens ?? tokens, 0), Self.mostTokens)
        if let overall = line.validation?["together"] {
          points.append(Point(tokens: before + tokens, bitsPerByte: overall))
        }
      }
      if points.count == count { throw TrainingError.noValidationResults(path: log) }
      before += tokens
    }
  }

  /// Far above any run; a larger number is an error of the file.
  private static let mostTokens = 1 << 48

  /// The relevant keys of a line: the tokens of a step, or a validation result.
  private struct Line: Decodable {
    var tokens: Int?
    var validation: [String: Double]?
  }
}
