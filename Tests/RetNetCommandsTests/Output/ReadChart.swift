import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A chart as a reader sees it: its elements, and its points as values that are measured between the labelled ticks.
struct ReadChart {
  struct Element {
    var name: String
    var attributes: [String: String]
    var text = ""

    func number(_ name: String) -> Double { attributes[name].flatMap { Double($0) } ?? .nan }
    func isOf(_ kind: String) -> Bool {
      attributes["class"]?.split(separator: " ").contains { $0 == kind } ?? false
    }
  }

  struct Tick {
    var value: Double
    var position: Double
  }

  enum Failure: Error {
    case notWellFormed(String)
  }

  let elements: [Element]
  let xTicks: [Tick]
  let yTicks: [Tick]
  /// Names of the series, each with the coordinates of its points.
  let series: [(name: String, points: [(x: Double, y: Double)])]

  /// The text on the page.
  var texts: [String] { elements.filter { $0.name == "text" }.map(\.text) }

  init(_ svg: String) throws {
    let reader = Reader()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = reader
    guard parser.parse() else { throw Failure.notWellFormed("\(String(describing: parser.parserError))") }
    elements = reader.elements
    let ticks = elements.filter { $0.isOf("tick") }
    func read(_ anchor: String, _ coordinate: String, shift: Double) -> [Tick] {
      ticks.filter { $0.attributes["text-anchor"] == anchor }.map {
        Tick(value: Self.value($0.text), position: $0.number(coordinate) + shift)
      }
    }
    xTicks = read("middle", "x", shift: 0)
    yTicks = read("end", "y", shift: -4)  // from the baseline of the label to its tick
    var series: [(name: String, points: [(x: Double, y: Double)])] = []
    var points: [(x: Double, y: Double)] = []
    var isInside = false
    for element in elements {
      if element.name == "g" {
        (points, isInside) = ([], true)
      } else if element.isOf("point") {
        points.append(Self.start(element.attributes["d"] ?? ""))
      } else if element.name == "text", isInside {
        series.append((element.text, points))
        isInside = false
      }
    }
    self.series = series
  }

  /// The points of a series in the units of its axes.
  func values(_ name: String, isLogarithmic: (x: Bool, y: Bool)) -> [(x: Double, y: Double)] {
    (series.first { $0.name == name }?.points ?? []).map { point in
      (Self.value(at: point.x, xTicks, isLogarithmic.x), Self.value(at: point.y, yTicks, isLogarithmic.y))
    }
  }

  /// Measures between the first and the last tick.
  private static func value(at position: Double, _ ticks: [Tick], _ isLogarithmic: Bool) -> Double {
    guard let first = ticks.first, let last = ticks.last else { return .nan }
    let share = (position - first.position) / (last.position - first.position)
    guard isLogarithmic else { return first.value + share * (last.value - first.value) }
    return first.value * pow(last.value / first.value, share)
  }

  /// The first point of a path.
  private static func start(_ path: String) -> (x: Double, y: Double) {
    let numbers = path.dropFirst().prefix { $0.isNumber || $0 == "." || $0 == " " || $0 == "-" }.split(separator: " ")
    // The symbol follows without a space.
    return (Double(numbers.first ?? "") ?? .nan, Double(numbers.dropFirst().first ?? "") ?? .nan)
  }

  /// The number of a label such as `1,024`, `2 M`, `0.5` or `2·10⁻⁵`.
  static func value(_ label: String) -> Double {
    let superscripts = Dictionary(uniqueKeysWithValues: zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    if let ten = label.firstIndex(where: { superscripts[$0] != nil }) {
      let exponent = Double(String(label[ten...].compactMap { superscripts[$0] })) ?? .nan
      let factor = label.contains("·") ? Double(label.prefix { $0 != "·" }) ?? .nan : 1
      return factor * pow(10, exponent)
    }
    if label.hasSuffix(" M") { return (Double(label.dropLast(2)) ?? .nan) * 1e6 }
    return Double(label.replacing(",", with: "")) ?? .nan
  }

  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [Element] = []
    private var open: [Int] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String] = [:]
    ) {
      open.append(elements.count)
      elements.append(Element(name: name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
      if let last = open.last { elements[last].text += text }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
      open.removeLast()
    }
  }
}
