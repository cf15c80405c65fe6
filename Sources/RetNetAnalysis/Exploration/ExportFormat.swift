import RetNet

/// How numbers are written to a file, by its ending.
package enum ExportFormat: String, Sendable, Hashable, CaseIterable {
  /// Comma-separated values with a header row (RFC 4180).
  case csv
  /// NumPy's array file, version 1.0.
  case npy
  case json

  /// The format that a path's ending names, upper and lower case alike; nil for any other.
  package init?(path: String) {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
    self.init(rawValue: path[path.index(after: dot)...].lowercased())
  }
}
