/// Block and line-drawing characters as shapes, so that an image of a grid has no gaps in any font.
enum BlockShapes {
  /// A part of a cell, as fractions of its width and height from the top left.
  struct Shape: Hashable, Sendable {
    package var x: Double
    package var y: Double
    package var width: Double
    package var height: Double
    var opacity = 1.0
  }

  /// The shapes of a glyph; nil for a glyph that is drawn with a font.
  package static func shapes(_ glyph: Glyph) -> [Shape]? {
    guard !glyph.hasMarks else { return nil }
    let scalar = glyph.base
    switch scalar.value {
    case 0x2580: return [Shape(x: 0, y: 0, width: 1, height: 0.5)]
    case 0x2581...0x2588:  // lower eighths
      let share = Double(scalar.value - 0x2580) / 8
      return [Shape(x: 0, y: 1 - share, width: 1, height: share)]
    case 0x2589...0x258F:  // left eighths, widest first
      return [Shape(x: 0, y: 0, width: Double(0x2590 - scalar.value) / 8, height: 1)]
    case 0x2590: return [Shape(x: 0.5, y: 0, width: 0.5, height: 1)]
    case 0x2591...0x2593:
      return [Shape(x: 0, y: 0, width: 1, height: 1, opacity: Double(scalar.value - 0x2590) / 4)]
    default: return arms[scalar].map(lines)
    }
  }

  private struct Arms: OptionSet {
    var rawValue: Int
    static let left = Arms(rawValue: 1)
    static let right = Arms(rawValue: 2)
    static let up = Arms(rawValue: 4)
    static let down = Arms(rawValue: 8)
  }

  private static let arms: [Unicode.Scalar: Arms] = [
    "─": [.left, .right], "│": [.up, .down],
    "┌": [.right, .down], "┐": [.left, .down], "└": [.right, .up], "┘": [.left, .up],
    "├": [.right, .up, .down], "┤": [.left, .up, .down], "┬": [.left, .right, .down], "┴": [.left, .right, .up],
    "┼": [.left, .right, .up, .down],
  ]

  /// A line is 0.16 cell widths thick, which is 0.08 cell heights (a cell is twice as high as wide): more than a pixel
  /// when a picture is drawn at two thirds of its size.
  private static func lines(_ arms: Arms) -> [Shape] {
    var shapes: [Shape] = []
    if arms.contains(.left) { shapes.append(Shape(x: 0, y: 0.46, width: 0.58, height: 0.08)) }
    if arms.contains(.right) { shapes.append(Shape(x: 0.42, y: 0.46, width: 0.58, height: 0.08)) }
    if arms.contains(.up) { shapes.append(Shape(x: 0.42, y: 0, width: 0.16, height: 0.54)) }
    if arms.contains(.down) { shapes.append(Shape(x: 0.42, y: 0.46, width: 0.16, height: 0.54)) }
    return shapes
  }
}
