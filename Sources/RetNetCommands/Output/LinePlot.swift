import Foundation
import RetNetTUI

/// A line chart as SVG.
struct LinePlot {
  struct Series {
    var name: String
    var points: [(x: Double, y: Double)]
  }

  /// A named position on the horizontal axis, such as a half-life.
  struct Mark {
    var x: Double
    var name: String
  }

  enum Scale {
    case linear
    /// Whole decades. Values that are not above 0 are at the lower end.
    case logarithmic
  }

  var title: String
  var x: (name: String, scale: Scale)
  var y: (name: String, scale: Scale)
  var series: [Series]
  var marks: [Mark] = []

  private static let width = 860.0
  private static let height = 480.0
  /// Edges of the plot area.
  private static let plot = (left: 80.0, right: 600.0, top: 50.0, bottom: 420.0)
  // Okabe and Ito's palette, distinguishable with any colour vision.
  private static let colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]

  var svg: String {
    let points = series.flatMap(\.points)
    let x = Axis(points.map(\.x) + marks.map(\.x), self.x.scale, from: Self.plot.left, to: Self.plot.right)
    let y = Axis(points.map(\.y), self.y.scale, from: Self.plot.bottom, to: Self.plot.top)
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.number(Self.width)) \(Self.number(Self.height))\">",
      "<rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>",
      "<g font-family=\"sans-serif\" font-size=\"13\" fill=\"#222222\">",
      Self.text(title, x: Self.plot.left, y: 26),
      Self.text(self.x.name, x: 340, y: 465, anchor: "middle"),
      Self.text(self.y.name, x: 30, y: 40),
    ]
    for tick in x.ticks {
      lines.append(Self.line(x.coordinate(tick), Self.plot.top, x.coordinate(tick), Self.plot.bottom))
      lines.append(Self.text(x.text(tick), x: x.coordinate(tick), y: 440, anchor: "middle"))
    }
    for tick in y.ticks {
      lines.append(Self.line(Self.plot.left, y.coordinate(tick), Self.plot.right, y.coordinate(tick)))
      lines.append(Self.text(y.text(tick), x: Self.plot.left - 8, y: y.coordinate(tick) + 4, anchor: "end"))
    }
    for mark in marks {
      let position = x.coordinate(mark.x)
      lines.append(Self.line(position, Self.plot.top, position, Self.plot.bottom, color: "#888888", dashed: true))
      lines.append(Self.text(mark.name, x: position + 3, y: Self.plot.top + 12))
    }
    for (index, one) in series.enumerated() { lines += drawing(one, index, x, y) }
    return (lines + ["</g>", "</svg>", ""]).joined(separator: "\n")
  }

  /// A line, its points if there are at most 40, and its name at the right.
  private func drawing(_ one: Series, _ index: Int, _ x: Axis, _ y: Axis) -> [String] {
    let color = Self.colors[index % Self.colors.count]
    let positions = one.points.map { (x.coordinate($0.x), y.coordinate($0.y)) }
    let path = positions.map { "\(Self.number($0.0)),\(Self.number($0.1))" }.joined(separator: " ")
    let row = Self.plot.top + 12 + 22 * Double(index)
    let dots = (positions.count <= 40 ? positions : []) + [(Self.plot.right + 24, row - 4)]
    return ["<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\"/>"]
      + dots.map {
        "<circle cx=\"\(Self.number($0.0))\" cy=\"\(Self.number($0.1))\" r=\"3.5\" fill=\"\(color)\"/>"
      } + [Self.text(one.name, x: Self.plot.right + 36, y: row)]
  }

  private struct Axis {
    let ticks: [Double]
    private let scale: Scale
    private let from: Double
    private let to: Double

    /// - Parameters:
    ///   - values: the values to include.
    ///   - from, to: coordinates of the ends of the axis.
    init(_ values: [Double], _ scale: Scale, from: Double, to: Double) {
      (self.scale, self.from, self.to) = (scale, from, to)
      let values = values.filter { abs($0) <= 1e300 }  // a span of larger ones is not finite
      switch scale {
      case .logarithmic:
        let exponents = values.filter { $0 > 0 }.map { log10($0) }
        let low = Int((exponents.min() ?? 0).rounded(.down))
        let high = max(Int((exponents.max() ?? 1).rounded(.up)), low + 1)
        ticks = (low...high).map { pow(10, Double($0)) }
      case .linear:
        let (low, high) = (values.min() ?? 0, values.max() ?? 1)
        let step = Self.step(for: high > low ? high - low : 1)
        let first = (low / step).rounded(.down)
        let last = max((high / step).rounded(.up), first + 1)
        ticks = (0...Int(last - first)).map { (first + Double($0)) * step }
      }
    }

    /// 1, 2 or 5 times a power of ten, for 4 to 10 steps per span.
    private static func step(for span: Double) -> Double {
      let decade = pow(10, log10(span).rounded(.down))
      return [0.1, 0.2, 0.5, 1].map { $0 * decade }.first { span / $0 <= 8 } ?? decade
    }

    func coordinate(_ value: Double) -> Double {
      guard scale == .logarithmic else { return coordinate(value, ticks[0], ticks[ticks.count - 1]) }
      return value > 0 ? coordinate(log10(value), log10(ticks[0]), log10(ticks[ticks.count - 1])) : from
    }

    private func coordinate(_ value: Double, _ low: Double, _ high: Double) -> Double {
      from + (value - low) / (high - low) * (to - from)
    }

    func text(_ tick: Double) -> String {
      switch abs(tick) {
      case 1e6...: String(format: "%g M", tick / 1e6)
      case 1000... where tick == tick.rounded(): Numbers.grouped(Int(tick))
      default: String(format: "%g", tick)
      }
    }
  }

  private static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, color: String = "#DDDDDD", dashed: Bool = false
  ) -> String {
    "<path d=\"M\(number(x1)) \(number(y1)) L\(number(x2)) \(number(y2))\" stroke=\"\(color)\""
      + (dashed ? " stroke-dasharray=\"4 4\"" : "") + "/>"
  }

  private static func text(_ text: String, x: Double, y: Double, anchor: String = "start") -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(escaped(text))</text>"
  }

  private static func number(_ value: Double) -> String { String(format: "%g", (value * 10).rounded() / 10) }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
