import Foundation
import RetNet
import TerminalKit

/// Writes what a screen shows to a file, whole or not at all.
enum ScreenFile {
  static func write(_ grid: Grid, to path: String, _ format: Command.ScreenFormat, depth: ColorDepth) throws {
    let text =
      switch format {
      case .txt: grid.text + "\n"
      case .ansi: grid.ansi(depth: depth) + "\n"
      case .svg: grid.svg(depth: depth)
      }
    try AtomicFile.write(text, to: path)
  }
}
