/// Heatmap cells: two values per cell as half blocks if colours and Unicode are available, else one.
extension Ramp {
  /// Values per cell on this screen, stacked vertically: 2 or 1.
  package var valuesPerCell: Int { traits.depth != .monochrome && traits.unicode ? 2 : 1 }

  /// Two values in one cell: `▄` with the upper value as background, or `▀` if the lower one is zero, whose colour is
  /// the default background. Requires `valuesPerCell` = 2.
  ///
  /// NaN or infinity takes the whole cell, with its glyph. If both values are not finite, the upper one is shown.
  package func cell(top: Float, bottom: Float) -> Cell {
    cell(top: level(of: top), bottom: level(of: bottom))
  }

  /// Two levels in one cell.
  package func cell(top: Level, bottom: Level) -> Cell {
    switch (top, bottom) {
    case (.finite(let above), .finite(let below)):
      if below == 0 { return above == 0 ? .blank : Cell("▀", style: Style(.ramp(Int8(above)))) }
      return Cell("▄", style: Style(.ramp(Int8(below)), on: above == 0 ? .standard : .ramp(Int8(above))))
    case (.finite, let broken), (let broken, _):
      return cell(level: broken)
    }
  }

  /// One value in one cell.
  package func cell(_ value: Float) -> Cell { cell(level: level(of: value)) }

  /// A level in one cell, as a colour, or as a glyph without colours.
  package func cell(level: Level) -> Cell {
    guard case .finite(let step) = level else {
      return Cell(glyph(of: level), style: .broken)
    }
    if traits.depth == .monochrome { return Cell(Ramp.glyph(level: step, unicode: traits.unicode)) }
    if step == 0 { return .blank }
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
  /// The style of NaN and infinity: white on magenta, which is not in the ramp.
  package static let broken = Style(.rgb(255, 255, 255), on: .rgb(175, 0, 175), bold: true)
}
