import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetCommands
@testable import RetNetTUI

@Suite("Charts")
struct ChartTests {
  private func chart(
    _ points: [(x: Double, y: Double)], x: ChartScale.Kind = .linear, y: ChartScale.Kind = .linear,
    name: String = "one", title: String = "title"
  ) -> Chart {
    Chart(
      title: title, subtitle: "subtitle", x: Chart.Axis("length", unit: "tokens", x),
      y: Chart.Axis("time", unit: "ms", y), series: [Chart.Series(name, points)])
  }

  @Test(
    "An axis has at least two ascending ticks, and every value is between its ends",
    arguments: [ChartScale.Kind.linear, .whole, .logarithmic],
    [
      [], [0], [1], [5], [-3], [1e-300], [1e300, -1e300], [0.3, 0.8], [1, 1000], [1e-9, 1e9], [2, 2], [7, 7.0001],
      [.nan, 1], [.infinity, 1, 2], [-.infinity, 3], [0, 1e-5], [99, 101], [1e15, 1e15 + 2],
    ] as [[Double]])
  func scale(_ kind: ChartScale.Kind, _ values: [Double]) {
    let scale = ChartScale(values, kind, from: 400, to: 80)
    #expect(scale.ticks.count >= 2)
    #expect(scale.ticks.count <= 14)
    #expect(zip(scale.ticks, scale.ticks.dropFirst()).allSatisfy { $0 < $1 }, "\(scale.ticks)")
    #expect(scale.coordinate(scale.ticks[0]) == 400)
    #expect(scale.coordinate(scale.ticks[scale.ticks.count - 1]) == 80)
    for value in values where !value.isNaN { #expect((80...400).contains(scale.coordinate(value)), "\(value)") }
  }

  @Test("A label reads as the value of its tick")
  func labels() {
    for (values, kind) in [
      ([1e-9, 1e9], ChartScale.Kind.logarithmic), ([0.02, 0.9], .logarithmic), ([256, 65536], .logarithmic),
      ([0, 3e6], .linear), ([-0.5, 0.25], .linear), ([0, 23], .whole), ([2e-5, 8e-5], .logarithmic),
    ] {
      let scale = ChartScale(values, kind, from: 0, to: 1)
      for tick in scale.ticks {
        let read = ReadChart.value(scale.text(tick))
        #expect(abs(read - tick) <= 1e-5 * abs(tick), "\(scale.text(tick)) for \(tick)")
      }
    }
  }

  @Test("Equal values are in the middle of the axis; an axis can include values without points")
  func ends() throws {
    for value in [0, 100, -3, 1e15, 2e-7] {
      let scale = ChartScale([value, value], .linear, from: 0, to: 1)
      #expect((0.2...0.8).contains(scale.coordinate(value)), "\(value): \(scale.ticks)")
    }
    var chart = chart([(1, 100), (2, 100)])
    chart.y = Chart.Axis("share", unit: "%", including: [0, 100])
    let ticks = try ReadChart(chart.svg).yTicks.map(\.value)
    #expect(ticks.first == 0)
    #expect(ticks.last == 100)
  }

  @Test("Ticks of whole numbers are whole")
  func wholeTicks() {
    #expect(ChartScale([0, 1.9], .whole, from: 0, to: 1).ticks == [0, 1, 2])
    #expect(ChartScale([0, 0.5], .whole, from: 0, to: 1).ticks == [0, 1])
    #expect(ChartScale([3, 3], .whole, from: 0, to: 1).ticks == [2, 3, 4])
  }

  @Test("A point measured between the ticks has its value, in linear and logarithmic axes")
  func positions() throws {
    let points = [(x: 1.5, y: 0.25), (x: 40, y: 31), (x: 900, y: 7.5), (x: 20_000, y: 0.004)]
    for x in [ChartScale.Kind.linear, .logarithmic] {
      for y in [ChartScale.Kind.linear, .logarithmic] {
        let read = try ReadChart(chart(points, x: x, y: y).svg)
        let values = read.values("one", isLogarithmic: (x == .logarithmic, y == .logarithmic))
        #expect(values.count == points.count)
        for (value, point) in zip(values, points) {
          // Coordinates have a tenth of a pixel of at least 340.
          let rounding = { (ticks: [ReadChart.Tick], isLogarithmic: Bool, value: Double) in
            isLogarithmic
              ? value * (pow(ticks.last!.value / ticks[0].value, 0.1 / 340) - 1)
              : (ticks.last!.value - ticks[0].value) * 0.1 / 340
          }
          #expect(abs(value.x - point.x) <= rounding(read.xTicks, x == .logarithmic, point.x), "\(value) \(point)")
          #expect(abs(value.y - point.y) <= rounding(read.yTicks, y == .logarithmic, point.y), "\(value) \(point)")
        }
      }
    }
  }

  @Test("Title, subtitle, axes with units and the names of series are text; no script is in the file")
  func parts() throws {
    let svg = chart([(1, 2), (3, 4)]).svg
    let read = try ReadChart(svg)
    for text in ["title", "subtitle", "length (tokens)", "time (ms)", "one"] { #expect(read.texts.contains(text)) }
    #expect(read.elements.first { $0.name == "title" }?.text == "title")
    #expect(!read.elements.contains { $0.name == "script" })
    #expect(!read.elements.contains { $0.attributes.keys.contains { $0.hasPrefix("on") } })
    #expect(svg.hasSuffix("</svg>\n"))
  }

  @Test(
    "Names of any text give well-formed XML",
    arguments: ["a<b>&\"c\"'", "]]>", "\u{1B}[2J\u{0}\u{8}", "你好 🙂 é", "<!--", String(repeating: "x", count: 300)])
  func names(_ name: String) throws {
    let read = try ReadChart(chart([(1, 2)], name: name, title: name).svg)
    let isLong = name.count > 100
    #expect(read.series.count == 1)
    if !name.contains("\u{1B}"), !isLong { #expect(read.series[0].name == name) }
    // A long name is whole in the element that shows its beginning.
    #expect(!isLong || read.elements.contains { $0.name == "title" && $0.text == name })
    #expect(read.texts.allSatisfy { $0.count <= 120 })
  }

  @Test("NaN leaves a gap, infinity is at the end of the axis, and no coordinate is NaN")
  func extremes() throws {
    let points = [(x: 1.0, y: 1.0), (x: 2, y: .nan), (x: 3, y: .infinity), (x: 4, y: 0.5)]
    for kind in [ChartScale.Kind.linear, .logarithmic] {
      let svg = chart(points, y: kind).svg
      let read = try ReadChart(svg)
      #expect(!svg.contains("nan"))
      #expect(!svg.contains("inf"))
      #expect(read.series[0].points.map(\.x).count == 3)
      #expect(read.series[0].points[1].y == read.yTicks.last?.position)
      // Two parts of the line, and the line of the legend.
      #expect(read.elements.count { $0.isOf("line") } == 3)
    }
    #expect(try ReadChart(chart([]).svg).series.count == 1)
  }

  @Test("Each series has a colour, and neighbours differ in dashes and symbols too")
  func series() throws {
    let series = (0..<9).map { Chart.Series("s\($0)", [(Double($0), 1), (Double($0) + 1, 2)]) }
    let read = try ReadChart(Chart(title: "t", x: Chart.Axis("x"), y: Chart.Axis("y"), series: series).svg)
    #expect(read.series.map(\.name) == series.map(\.name))
    let keys = read.elements.filter { $0.isOf("key") }.map { $0.attributes["d"]?.split(separator: "m").last ?? "" }
    #expect(keys.count == 9)
    #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 != $1 })
    let dashes = read.elements.filter { $0.isOf("line") }.map { $0.attributes["stroke-dasharray"] ?? "" }
    #expect(Set(dashes).count == 4)
    #expect(Set(read.elements.filter { $0.name == "g" }.compactMap { $0.attributes["class"] }).count == 7)
  }

  /// The colours of the classes in a part of the style.
  private func colors(_ css: Substring) -> [String: String] {
    var colors: [String: String] = [:]
    for rule in css.split(separator: "\n") {
      let parts = rule.split { "{:}".contains($0) }
      if parts.count == 3, parts[2].hasPrefix("#") { colors[String(parts[0])] = String(parts[2]) }
    }
    return colors
  }

  /// The contrast ratio of WCAG 2: (L₁ + 0.05) / (L₂ + 0.05) of the relative luminances.
  private func contrast(_ first: String, _ second: String) -> Double {
    func luminance(_ color: String) -> Double {
      let value = Int(color.dropFirst(), radix: 16) ?? 0
      let parts = [16, 8, 0].map { shift -> Double in
        let part = Double(value >> shift & 255) / 255
        return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    let (a, b) = (luminance(first), luminance(second))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  @Test("Text has a contrast of 4.5 and series of 3 to the page, light and dark")
  func readable() throws {
    let css = ChartStyle.css
    let dark = try #require(css.range(of: "@media (prefers-color-scheme:dark){"))
    for part in [css[..<dark.lowerBound], css[dark.upperBound...]] {
      let colors = colors(part)
      let page = try #require(colors[".page"])
      for name in ["text", ".note,.tick"] { #expect(contrast(try #require(colors[name]), page) >= 4.5, "\(name)") }
      for index in 0..<7 { #expect(contrast(try #require(colors[".c\(index)"]), page) >= 3, "\(index)") }
      #expect(contrast(try #require(colors[".mark"]), page) >= 3)
    }
    #expect(contrast("#000000", "#ffffff") == 21)
  }

  @Test("The plot of verify has the budget share of each head and form that the JSON states")
  func verification() throws {
    let folder = try TinyModelFolder()
    let file = folder.path + "/v.svg"
    let arguments = ["verify", "--model", folder.path, "--text", "the cat saw the dog", "--plot", file, "--json"]
    let run = try RetNetProgram(arguments)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.isEmpty, "\(run.errors)")
    let read = try ReadChart(String(contentsOfFile: file, encoding: .utf8))
    let layers = try #require(try run.json()?["layers"] as? [[String: Any]])
    var shares: [String: [Double: Double]] = [:]
    for layer in layers {
      let index = try #require(layer["layer"] as? Int)
      let heads = try #require(layer["heads"] as? [[String: Any]])
      for head in heads {
        let x = Double(index) + Double(try #require(head["head"] as? Int)) / Double(heads.count)
        for stage in ["beforeGroupNorm", "afterGroupNorm"] {
          for finding in try #require(head[stage] as? [[String: Any]]) {
            let (form, share) = (try #require(finding["form"] as? String), finding["budgetShare"] as? Double ?? 0)
            shares[form, default: [:]][x] = max(shares[form]?[x] ?? 0, share)
          }
        }
      }
    }
    #expect(Set(read.series.map(\.name)) == Set(shares.keys))
    for (form, expected) in shares {
      let values = read.values(form, isLogarithmic: (false, true))
      #expect(values.count == expected.count)
      for (value, known) in zip(values, expected.sorted { $0.key < $1.key }) {
        // Within the width of the head, where the forms are side by side.
        #expect((-0.01..<1 / 4).contains(value.x - known.key), "\(form) \(value) \(known)")
        // A tenth of a pixel of 340, over the decades of the axis.
        if known.value > 0 { #expect(abs(value.y / known.value - 1) < 0.02, "\(form) \(value) \(known)") }
      }
    }
    #expect(read.texts.contains("rounding bound"))
  }

  @Test("The plot of losses has the mean loss of each range of positions, one series for each file")
  func losses() throws {
    let report = PositionReport(
      model: "m",
      files: [
        ("a/b.txt", [.init(positions: 1...1, tokens: 2, nats: 8), .init(positions: 4...7, tokens: 10, nats: 15)]),
        ("c.txt", [.init(positions: 1...1, tokens: 1, nats: 3)]),
      ])
    let read = try ReadChart(report.plot.svg)
    #expect(read.series.map(\.name) == ["b.txt", "c.txt"])
    let values = read.values("b.txt", isLogarithmic: (true, false))
    #expect(values.map { ($0.x * 10).rounded() / 10 } == [1, 5.3])
    #expect(values.map { ($0.y * 100).rounded() / 100 } == [4, 1.5])
    let folder = try TinyModelFolder()
    let (text, file) = (folder.path + "/t.txt", folder.path + "/p.svg")
    try "the cat saw the dog\n\nwhere do they live\n".write(toFile: text, atomically: true, encoding: .utf8)
    let command = ["evaluate", "--model", folder.path, "--text", text]
    let run = try RetNetProgram(command + ["--plot", file])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output == (try RetNetProgram(command).output))
    #expect(try ReadChart(String(contentsOfFile: file, encoding: .utf8)).series.map(\.name) == ["t.txt"])
  }

  @Test("The plot of curves has the points of its logs; --out is another name of --plot")
  func curves() throws {
    let folder = try TemporaryFolder()
    let log = try folder.write(
      "log.jsonl",
      """
      {"step":1,"tokens":1000}
      {"step":1,"validation":{"together":2.5}}
      {"step":2,"tokens":3000}
      {"step":2,"validation":{"together":2}}
      """)
    for option in ["--plot", "--out"] {
      let file = folder.path("c.svg")
      let run = try RetNetProgram(["curves", "a & b=\(log)", option, file])
      #expect(run.status == 0, "\(run.errors)")
      let values = try ReadChart(String(contentsOfFile: file, encoding: .utf8))
        .values("a & b", isLogarithmic: (false, false))
      #expect(values.map { $0.x.rounded() } == [1000, 3000])
      #expect(values.map { ($0.y * 100).rounded() / 100 } == [2.5, 2])
      try FileManager.default.removeItem(atPath: file)
    }
  }

  @Test(
    "A plot's file ends in .svg, and its folder is checked before the computation",
    arguments: [["evaluate", "--last-token", "a"], ["curves", "a=b"], ["verify"], ["bench", "--only", "position"]])
  func files(_ command: [String]) throws {
    let wrong = try RetNetProgram(command + ["--plot", "a.png"])
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains("'a.png'"), "\(wrong.errors)")
    #expect(wrong.errors.contains(".svg"), "\(wrong.errors)")
    #expect(wrong.output.isEmpty)
    let unwritable = try RetNetProgram(command + ["--plot", "/nonexistent/a.svg"])
    #expect(unwritable.status == 2)
    #expect(unwritable.errorLines.count == 1, "\(unwritable.errors)")
    #expect(unwritable.output.isEmpty)
  }
}
