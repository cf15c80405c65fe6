/// Heatmap cells: two values stacked as a half block where there are colours and Unicode, else one value a cell.
extension Ramp {
  /// How many values, one above the other, one cell holds on this screen: 2 or 1.
  package var valuesPerCell: Int { traits.depth != .monochrome && traits.unicode ? 2 : 1 }

  /// Two values in one cell, `▄` with the upper one as background. Only where `valuesPerCell` is 2.
  ///
  /// A NaN or an infinity takes the whole cell, with its glyph; of two, the upper is named.
  package func cell(top: Float, bottom: Float) -> Cell {
    let upper = level(of: top)
    let lower = level(of: bottom)
    switch (upper, lower) {
    case (.finite(let above), .finite(let below)):
      return Cell("▄", style: Style(.ramp(Int8(below)), on: .ramp(Int8(above))))
    case (.finite, let broken), (let broken, _):
      return cell(level: broken)
    }
  }

  /// One value in one cell.
  package func cell(_ value: Float) -> Cell { cell(level: level(of: value)) }

  /// A level in one cell: its colour, or its glyph where there are no colours.
  package func cell(level: Level) -> Cell {
    guard case .finite(let step) = level else {
      return Cell(glyph(of: level), style: .broken)
    }
    if traits.depth == .monochrome { return Cell(Ramp.glyph(level: step, unicode: traits.unicode)) }
    return Cell(.space, style: Style(on: .ramp(Int8(step))))
  }

  private func glyph(of level: Level) -> Glyph {
    switch level {
    case .finite(let step): Ramp.glyph(level: step, unicode: traits.unicode)
    case .notANumber: "?"
    case .positiveInfinity: traits.unicode ? "▲" : "^"
    case .negativeInfinity: traits.unicode ? "▼" : "v"
    }
  }
}

extension Style {
  /// For numbers that are none: white on magenta, which no ramp has.
  package static let broken = Style(.rgb(255, 255, 255), on: .rgb(175, 0, 175), bold: true)
}
