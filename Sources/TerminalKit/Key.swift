/// An input event from the keyboard, the mouse or the window.
package enum Key: Hashable, Sendable {
  case character(Character)
  case enter, escape, tab, backTab, backspace, delete
  case up, down, left, right
  case home, end, pageUp, pageDown
  case controlLeft, controlRight
  /// With a lower-case letter or one of `@ [ \ ] ^ _`: `.control("c")`.
  case control(Character)
  /// A key that arrives together with an Esc before it.
  indirect case alt(Key)
  /// From 1.
  case function(Int)
  case mouse(MouseEvent)
  /// Text of one paste, with `\n` as line break.
  case paste(String)
  /// The window's new size.
  case resize(columns: Int, rows: Int)
}

/// A mouse button or wheel event at a position on the screen, from 0.
package struct MouseEvent: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case press, release, wheelUp, wheelDown
    /// The mouse moved to another cell.
    case move
  }

  package var row: Int
  package var column: Int
  package var kind: Kind

  package init(row: Int, column: Int, kind: Kind) {
    self.row = row
    self.column = column
    self.kind = kind
  }
}

extension [Key] {
  /// The keys with only the last of adjacent mouse movements.
  package var mergingMovements: [Key] {
    func isMovement(_ key: Key) -> Bool {
      if case .mouse(let event) = key { event.kind == .move } else { false }
    }
    return indices.filter { !isMovement(self[$0]) || $0 + 1 == count || !isMovement(self[$0 + 1]) }.map { self[$0] }
  }
}

extension Key: ExpressibleByExtendedGraphemeClusterLiteral {
  package init(extendedGraphemeClusterLiteral character: Character) { self = .character(character) }
}
