/// One column of a screen's row.
package struct Cell: Hashable, Sendable {
  /// A displayable glyph. Its width is 0 in the second column of the wide glyph to its left.
  package var glyph: Glyph
  package var style: Style

  package init(_ glyph: Glyph, style: Style = .plain) {
    self.glyph = glyph
    self.style = style
  }

  /// 1 or 2 columns; 0 in a continuation.
  package var width: Int { glyph.width }

  var isContinuation: Bool { width == 0 }

  package static let blank = Cell(.space)

  package static func continuation(_ style: Style) -> Cell { Cell(Glyph(" ", width: 0), style: style) }
}
