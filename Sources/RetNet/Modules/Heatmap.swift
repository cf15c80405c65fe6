/// A matrix as a picture, such as the state S of a head. Row 0 is at the top, column 0 at the left.
///
///     let picture = try Heatmap(state.matrix(ofHead: 0))
///     try picture.svg.write(to: file, atomically: true, encoding: .utf8)
///     print(picture.ansi)
///
/// Zero is white. An entry x lies between white and the colour of its sign, blue for negative and orange for positive,
/// at the share |x| / `limit`. Entries beyond the limit have the full colour. NaN and infinity are magenta.
public struct Heatmap: Sendable, Hashable {
  /// The entries, `[rows, columns]`.
  public let matrix: Tensor
  /// The magnitude that has the full colour; 0 for a matrix of zeros.
  public let limit: Float

  /// A picture of a matrix.
  ///
  /// - Parameters:
  ///   - matrix: `[rows, columns]`.
  ///   - limit: the magnitude that has the full colour, above 0. By default the largest finite one of the matrix. Give
  ///     several pictures the same limit to compare them.
  /// - Throws: ``RetNetError`` if the tensor is not a matrix, or the limit is not a finite number above 0.
  public init(_ matrix: Tensor, limit: Float? = nil) throws(RetNetError) {
    guard matrix.shape.count == 2 else {
      throw .shape(of: "matrix of a heatmap", found: matrix.shape, expected: "[rows, columns]")
    }
    if let limit {
      try RetNetError.require(limit > 0 && limit.isFinite, "limit of a heatmap", limit, "a finite number above 0")
    }
    self.matrix = matrix
    self.limit = limit ?? matrix.values.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
  }

  /// An SVG document of 8 × 8 pixels per entry. It scales without loss.
  public var svg: String {
    let (rows, columns) = (matrix.shape[0], matrix.shape[1])
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(8 * columns)\" height=\"\(8 * rows)\" "
        + "viewBox=\"0 0 \(columns) \(rows)\" shape-rendering=\"crispEdges\">",
      "<rect width=\"\(columns)\" height=\"\(rows)\" fill=\"\(Color.zero.hex)\"/>",
    ]
    for row in 0..<rows {
      for column in 0..<columns {
        let color = color(row, column)
        if color == .zero { continue }
        lines.append("<rect x=\"\(column)\" y=\"\(row)\" width=\"1\" height=\"1\" fill=\"\(color.hex)\"/>")
      }
    }
    return (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  /// Lines of text for a terminal with 24-bit colours, joined by newlines. A character shows two rows: `▀` has the
  /// colour of the upper one, and its background that of the lower one.
  public var ansi: String {
    let (rows, columns) = (matrix.shape[0], matrix.shape[1])
    return stride(from: 0, to: rows, by: 2).map { row in
      let cells = (0..<columns).map { column in
        let background = row + 1 < rows ? "48;2;\(color(row + 1, column).sgr)" : "49"
        return "\u{1B}[38;2;\(color(row, column).sgr);\(background)m▀"
      }
      return cells.joined() + "\u{1B}[0m"
    }.joined(separator: "\n")
  }

  private struct Color: Hashable {
    let red, green, blue: UInt8

    static let zero = Color(red: 255, green: 255, blue: 255)
    static let negative = Color(red: 27, green: 79, blue: 156)
    static let positive = Color(red: 184, green: 84, blue: 0)
    static let notFinite = Color(red: 175, green: 0, blue: 175)

    var hex: String {
      "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The parameters of an SGR sequence.
    var sgr: String { "\(red);\(green);\(blue)" }

    func mixed(with end: Color, share: Float) -> Color {
      func mixed(_ from: UInt8, _ to: UInt8) -> UInt8 {
        UInt8((Float(from) + share * (Float(to) - Float(from))).rounded())
      }
      return Color(red: mixed(red, end.red), green: mixed(green, end.green), blue: mixed(blue, end.blue))
    }
  }

  private func color(_ row: Int, _ column: Int) -> Color {
    let x = matrix.values[row * matrix.shape[1] + column]
    guard x.isFinite else { return .notFinite }
    return Color.zero.mixed(
      with: x < 0 ? .negative : .positive, share: limit > 0 ? min(abs(x) / limit, 1) : 0)
  }
}
