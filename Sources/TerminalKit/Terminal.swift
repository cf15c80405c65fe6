#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where grids are shown and keys come from.
@MainActor package protocol Terminal: AnyObject {
  var size: (columns: Int, rows: Int) { get }
  var traits: ScreenTraits { get }

  /// Shows a grid; only what changed since the last one is sent. A grid of another size is cut off or leaves the rest blank.
  func draw(_ grid: Grid)

  /// Everything that has come in since the last call; empty when nothing has. Never blocks.
  func readKeys() -> [Key]

  /// Gives the terminal back as it was found. May be called more than once.
  func close()
}

extension Terminal {
  package var depth: ColorDepth { traits.depth }
}

/// Why no full-screen terminal could be opened. The plain line mode still works.
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
      "TERM is '\(name)', which the terminfo database does not know. "
        + "Set it to what your terminal is, for example TERM=xterm-256color, or use --plain."
    case .noCursorMovement(let name):
      "A terminal of type '\(name)' cannot place its cursor, which the screens need. Use --plain."
    case .systemCall(let name, let code):
      "The system refused \(name): \(String(cString: strerror(code))). Use --plain."
    }
  }
}
