import RetNet

/// The format of an exported file, by its extension.
package enum ExportFormat: String, Sendable, Hashable, CaseIterable {
  /// Comma-separated values with a header row (RFC 4180).
  case csv
  /// NumPy's array format, version 1.0.
  case npy
  case json

  /// The format of a path's extension, in any case; nil for an unknown extension.
  package init?(path: String) {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
    self.init(rawValue: path[path.index(after: dot)...].lowercased())
  }
}
