/// One column of one row.
struct Cell: Hashable, Sendable {
  /// Fit for a screen: a visible base and its combining marks. Meaningless in a continuation.
  var character: Character
  /// 1 or 2 columns; 0 marks the second column of the wide character to the left.
  var width: Int
  var style: Style

  init(_ character: Character, width: Int = 1, style: Style = .plain) {
    self.character = character
    self.width = width
    self.style = style
  }

  var isContinuation: Bool { width == 0 }

  static let blank = Cell(" ")

  static func continuation(_ style: Style) -> Cell { Cell(" ", width: 0, style: style) }
}
