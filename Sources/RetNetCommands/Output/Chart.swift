import Foundation
import TerminalKit

/// A chart of lines or points as SVG, without scripts. It follows the light or dark colour scheme of its reader.
struct Chart {
  struct Series {
    var name: String
    var points: [(x: Double, y: Double)]
    /// Whether a line connects the points.
    var isLine: Bool

    init(_ name: String, _ points: [(x: Double, y: Double)], isLine: Bool = true) {
      (self.name, self.points, self.isLine) = (name, points, isLine)
    }
  }

  struct Axis {
    var name: String
    var unit: String?
    var scale: ChartScale.Kind
    /// Values that the axis has even without points there.
    var including: [Double]

    init(
      _ name: String, unit: String? = nil, _ scale: ChartScale.Kind = .linear, including: [Double] = []
    ) {
      (self.name, self.unit, self.scale, self.including) = (name, unit, scale, including)
    }

    var label: String { name + (unit.map { " (\($0))" } ?? "") }
  }

  /// A named value of an axis, such as a half-life, as a dashed line across the chart.
  struct Mark {
    var value: Double
    var name: String
  }

  var title: String
  /// What was measured, below the title.
  var subtitle = ""
  var x: Axis
  var y: Axis
  /// A value that is NaN is left out; one beyond an axis is at its end.
  var series: [Series]
  var xMarks: [Mark] = []
  var yMarks: [Mark] = []

  private static let width = 860.0
  /// Edges of the plot area.
  private static let (left, right, top, bottom) = (80.0, 610.0, 84.0, 424.0)
  private static let rowHeight = 22.0
  /// The most points of a line that are drawn as symbols too.
  private static let mostSymbols = 40

  var svg: String {
    let points = series.flatMap(\.points)
    let x = ChartScale(
      points.map(\.x) + xMarks.map(\.value) + self.x.including, self.x.scale, from: Self.left, to: Self.right)
    let y = ChartScale(
      points.map(\.y) + yMarks.map(\.value) + self.y.including, self.y.scale, from: Self.bottom, to: Self.top)
    let height = max(480, Self.top + Self.rowHeight * Double(series.count + 1))
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.number(Self.width)) \(Self.number(height))\" "
        + "role=\"img\">",
      "<title>\(Self.escaped(title))</title>", ChartStyle.css,
      "<rect class=\"page\" width=\"100%\" height=\"100%\"/>",
      Self.text(title, x: 20, y: 26, class: "title", limit: 90),
      Self.text(subtitle, x: 20, y: 46, class: "note", limit: 120),
      Self.text(self.x.label, x: (Self.left + Self.right) / 2, y: Self.bottom + 44, anchor: "middle"),
      Self.text(self.y.label, x: 20, y: Self.top - 14),
    ]
    for tick in x.ticks {
      let position = x.coordinate(tick)
      lines.append(Self.line("grid", position, Self.top, position, Self.bottom))
      lines.append(Self.text(x.text(tick), x: position, y: Self.bottom + 20, class: "tick", anchor: "middle"))
    }
    for tick in y.ticks {
      let position = y.coordinate(tick)
      lines.append(Self.line("grid", Self.left, position, Self.right, position))
      lines.append(Self.text(y.text(tick), x: Self.left - 8, y: position + 4, class: "tick", anchor: "end"))
    }
    for mark in xMarks {
      let position = x.coordinate(mark.value)
      lines.append(Self.line("mark", position, Self.top, position, Self.bottom))
      lines.append(Self.text(mark.name, x: position + 3, y: Self.top + 12, class: "note"))
    }
    for mark in yMarks {
      let position = y.coordinate(mark.value)
      lines.append(Self.line("mark", Self.left, position, Self.right, position))
      lines.append(Self.text(mark.name, x: Self.right - 4, y: position - 5, class: "note", anchor: "end"))
    }
    for (index, one) in series.enumerated() { lines += drawing(one, index, x, y) }
    return (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  /// The lines and symbols of a series, and its name at the right.
  private func drawing(_ one: Series, _ index: Int, _ x: ChartScale, _ y: ChartScale) -> [String] {
    let runs = one.points.split { $0.x.isNaN || $0.y.isNaN }.map { run in
      run.map { (x: x.coordinate($0.x), y: y.coordinate($0.y)) }
    }
    let (row, from, to) = (Self.top + 12 + Self.rowHeight * Double(index), Self.right + 18, Self.right + 42)
    var lines = ["<g class=\"c\(index % ChartStyle.colors.count)\">"]
    if one.isLine {
      let dashes = ChartStyle.dashes[index % ChartStyle.dashes.count]
      for run in runs + [[(from, row - 4), (to, row - 4)]] {
        let path = run.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
        lines.append("<polyline class=\"line\" points=\"\(path)\"\(dashes)/>")
      }
    }
    let symbol = ChartStyle.symbols[index % ChartStyle.symbols.count]
    // Without lines, symbols may lie on each other: outlines show both.
    let outline = one.isLine ? "" : " outline"
    func draw(_ kind: String, _ x: Double, _ y: Double) {
      lines.append("<path class=\"\(kind)\(outline)\" d=\"M\(Self.number(x)) \(Self.number(y))\(symbol)\"/>")
    }
    if !one.isLine || one.points.count <= Self.mostSymbols {
      for point in runs.joined() { draw("point", point.x, point.y) }
      draw("key", (from + to) / 2, row - 4)
    }
    return lines + ["</g>", Self.text(one.name, x: to + 8, y: row, limit: 27)]
  }

  private static func line(_ kind: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
    "<path class=\"\(kind)\" d=\"M\(number(x1)) \(number(y1))L\(number(x2)) \(number(y2))\"/>"
  }

  /// - Parameter limit: the most characters; a longer text is cut, and whole in the element's title.
  private static func text(
    _ text: String, x: Double, y: Double, class kind: String = "", anchor: String = "start", limit: Int = .max
  ) -> String {
    let shown = text.count > limit ? "\(text.prefix(limit - 1))…" : text
    return "<text x=\"\(number(x))\" y=\"\(number(y))\"" + (kind.isEmpty ? "" : " class=\"\(kind)\"")
      + (anchor == "start" ? "" : " text-anchor=\"\(anchor)\"") + ">"
      + (shown == text ? "" : "<title>\(escaped(text))</title>") + "\(escaped(shown))</text>"
  }

  private static func number(_ value: Double) -> String { String(format: "%g", (value * 10).rounded() / 10) }

  private static func escaped(_ text: String) -> String {
    XMLText.escaped(ScreenText.cleaned(text))
  }
}

/// Colours, dashes and symbols of charts. Series differ in all three, so that they are distinguishable with any colour
/// vision.
enum ChartStyle {
  /// Of each series, on light and on dark pages.
  static let colors: [(light: String, dark: String)] = [
    ("#0072b2", "#58b2f0"), ("#c25100", "#f08a4b"), ("#00805d", "#3fc79a"), ("#a8437f", "#e08cc0"),
    ("#8a6500", "#e0b040"), ("#4f5bd5", "#9aa5ff"), ("#24292f", "#e6edf3"),
  ]

  static let dashes = ["", " stroke-dasharray=\"9 4\"", " stroke-dasharray=\"3 3\"", " stroke-dasharray=\"9 3 2 3\""]

  /// A circle, a square, a diamond and a triangle, relative to their centre.
  static let symbols = [
    "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z", "m-3.2 -3.2h6.4v6.4h-6.4z", "m0 -4.6l4.6 4.6l-4.6 4.6l-4.6 -4.6z",
    "m0 -4.2l4.3 7.4h-8.6z",
  ]

  static let css = """
    <style>
    text{font:13px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
    .title{font-size:16px;font-weight:600}
    .line{fill:none;stroke:currentColor;stroke-width:2}
    .point,.key{fill:currentColor}
    .outline{fill:none;stroke:currentColor;stroke-width:1.4}
    .mark{stroke-dasharray:4 4}
    \(rules(page: "#ffffff", text: "#1f2328", note: "#57606a", grid: "#d8dee4", mark: "#6e7781", colors.map(\.light)))
    @media (prefers-color-scheme:dark){
    \(rules(page: "#0d1117", text: "#e6edf3", note: "#9aa4af", grid: "#2b323b", mark: "#8b949e", colors.map(\.dark)))
    }
    </style>
    """

  private static func rules(
    page: String, text: String, note: String, grid: String, mark: String, _ colors: [String]
  ) -> String {
    let rules = [".page{fill:\(page)}", "text{fill:\(text)}", ".note,.tick{fill:\(note)}", ".grid{stroke:\(grid)}"]
    return (rules + [".mark{stroke:\(mark)}"] + colors.enumerated().map { ".c\($0){color:\($1)}" })
      .joined(separator: "\n")
  }
}
