import ArgumentParser
import Foundation
import RetNet

/// The SVG file of an option `--plot`.
struct PlotFile {
  let path: String

  static let completion = CompletionKind.file(extensions: ["svg"])

  /// - Throws: `ValidationError`.
  init(_ path: String) throws {
    guard path.lowercased().hasSuffix(".svg") else { throw ValidationError("A plot's file must end in .svg.") }
    self.path = path
  }

  /// Checks that the file can be written, before a long computation. Throws `FileError`.
  func check() throws { try AtomicFile.check(path) }

  /// Throws `FileError.unwritable`.
  func write(_ chart: Chart) throws { try AtomicFile.write(chart.svg, to: path) }
}
