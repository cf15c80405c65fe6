import Foundation

/// The time of a token against length and position as an SVG picture, both axes logarithmic.
struct BenchPlot {
  private let title: String
  private let series: [BenchReport.Series]

  private static let width = 860.0
  private static let height = 480.0
  /// Where the axes are.
  private static let plot = (left: 80.0, right: 600.0, top: 50.0, bottom: 420.0)
  private static let colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]

  init(_ report: BenchReport) {
    title = "\(ModelCatalog.shownName(report.model)), \(report.machine.processor), \(report.threads) threads"
    series = report.series.filter { !$0.points.isEmpty }
  }

  var svg: String {
    let points = series.flatMap(\.points)
    let x = Axis(points.map { Double($0.tokens) }, from: Self.plot.left, to: Self.plot.right)
    let y = Axis(points.map { $0.secondsPerToken * 1e3 }, from: Self.plot.bottom, to: Self.plot.top)
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.number(Self.width)) \(Self.number(Self.height))\">",
      "<rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>",
      "<g font-family=\"sans-serif\" font-size=\"13\" fill=\"#222222\">",
      Self.text("Time of a token: \(title)", x: Self.plot.left, y: 26),
      Self.text("tokens before it (decode), of the whole text (prefill)", x: 340, y: 465, anchor: "middle"),
      Self.text("ms", x: 30, y: 40),
    ]
    for tick in x.ticks {
      lines.append(Self.line(x.place(tick), Self.plot.top, x.place(tick), Self.plot.bottom))
      lines.append(Self.text(Numbers.grouped(Int(tick)), x: x.place(tick), y: 440, anchor: "middle"))
    }
    for tick in y.ticks {
      lines.append(Self.line(Self.plot.left, y.place(tick), Self.plot.right, y.place(tick)))
      lines.append(Self.text(Numbers.plain(tick), x: Self.plot.left - 8, y: y.place(tick) + 4, anchor: "end"))
    }
    for (index, one) in series.enumerated() { lines += drawing(one, index, x, y) }
    return (lines + ["</g>", "</svg>", ""]).joined(separator: "\n")
  }

  /// A line with its points, and its name at the right.
  private func drawing(_ one: BenchReport.Series, _ index: Int, _ x: Axis, _ y: Axis) -> [String] {
    let color = Self.colors[index % Self.colors.count]
    let places = one.points.map { (x.place(Double($0.tokens)), y.place($0.secondsPerToken * 1e3)) }
    let path = places.map { "\(Self.number($0.0)),\(Self.number($0.1))" }.joined(separator: " ")
    let row = Self.plot.top + 12 + 22 * Double(index)
    return ["<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\"/>"]
      + (places + [(Self.plot.right + 24, row - 4)]).map {
        "<circle cx=\"\(Self.number($0.0))\" cy=\"\(Self.number($0.1))\" r=\"3.5\" fill=\"\(color)\"/>"
      } + [Self.text(one.name, x: Self.plot.right + 36, y: row)]
  }

  /// A logarithmic axis over whole decades.
  private struct Axis {
    let ticks: [Double]
    private let from: Double
    private let to: Double

    /// - Parameters:
    ///   - values: what has to have a place; those that are not above 0 have none.
    ///   - from, to: where the axis begins and ends in the picture.
    init(_ values: [Double], from: Double, to: Double) {
      let exponents = values.filter { $0 > 0 && $0.isFinite }.map { log10($0) }
      let low = Int((exponents.min() ?? 0).rounded(.down))
      let high = max(Int((exponents.max() ?? 1).rounded(.up)), low + 1)
      ticks = (low...high).map { pow(10, Double($0)) }
      (self.from, self.to) = (from, to)
    }

    func place(_ value: Double) -> Double {
      let (low, high) = (log10(ticks[0]), log10(ticks[ticks.count - 1]))
      guard value > 0 else { return from }
      return from + (log10(value) - low) / (high - low) * (to - from)
    }
  }

  private static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
    "<path d=\"M\(number(x1)) \(number(y1)) L\(number(x2)) \(number(y2))\" stroke=\"#DDDDDD\"/>"
  }

  private static func text(_ text: String, x: Double, y: Double, anchor: String = "start") -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(escaped(text))</text>"
  }

  private static func number(_ value: Double) -> String { String(format: "%g", (value * 10).rounded() / 10) }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
