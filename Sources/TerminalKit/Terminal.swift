#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Displays grids and reads keys.
@MainActor package protocol Terminal: AnyObject {
  var size: (columns: Int, rows: Int) { get }
  var traits: ScreenTraits { get }

  /// Shows later grids in the colours of a theme.
  func use(_ theme: Theme)

  /// Shows a grid by sending only the changes. A grid of another size is clipped, or the rest is blank.
  func draw(_ grid: Grid)

  /// All input since the last call; empty if there is none. Never blocks.
  func readKeys() -> [Key]

  /// Restores the terminal's original state. May be called more than once.
  func close()
}

extension Terminal {
  package var depth: ColorDepth { traits.depth }
}

/// Why a full-screen terminal could not be opened. The plain line mode still works.
package enum TerminalError: Error, Equatable, Sendable, CustomStringConvertible {
  case noTerminal
  case unknownType(String)
  case noCursorMovement(String)
  /// A system call failed, with its errno.
  case systemCall(String, Int32)

  package var description: String {
    switch self {
    case .noTerminal:
      "There is no terminal to draw on: neither stdin and stdout nor /dev/tty is one. Use --plain."
    case .unknownType(let name):
      "TERM is '\(name)', which is not in the terminfo database. "
        + "Set it to your terminal's type, for example TERM=xterm-256color, or use --plain."
    case .noCursorMovement(let name):
      "A terminal of type '\(name)' cannot move its cursor, which the screens require. Use --plain."
    case .systemCall(let name, let code):
      "The system call \(name) failed: \(String(cString: strerror(code))). Use --plain."
    }
  }
}
