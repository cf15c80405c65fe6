import TerminalKit

/// Parsers of the arguments.
extension CommandTable {
  static func number(
    _ name: String, _ range: ClosedRange<Float>, _ summary: String, make: @escaping @Sendable (Float) -> Command
  ) -> Entry {
    let bounds = Numbers.bounds(range)
    return Entry(
      name: name, argument: bounds.replacing(" to ", with: "–"), expected: "a number from \(bounds)",
      summary: summary, parse: { decimal($0, in: range).map(make) })
  }

  static func integer(
    _ name: String, _ range: ClosedRange<Int>, _ summary: String, make: @escaping @Sendable (Int) -> Command
  ) -> Entry {
    Entry(
      name: name, argument: "N", expected: "a whole number from \(range.lowerBound) to \(range.upperBound)",
      summary: summary, parse: { Int($0).flatMap { range.contains($0) ? make($0) : nil } })
  }

  static func toggle(_ name: String, _ summary: String, make: @escaping @Sendable (Bool) -> Command) -> Entry {
    Entry(
      name: name, argument: "on|off", expected: "on or off", summary: summary,
      parse: { $0 == "on" ? make(true) : $0 == "off" ? make(false) : nil })
  }

  /// A finite decimal number in a range. `nan`, `inf` and hexadecimal numbers give nil.
  static func decimal(_ text: String, in range: ClosedRange<Float>) -> Float? {
    guard text.allSatisfy({ $0.isASCII && ($0.isNumber || ".eE+-".contains($0)) }) else { return nil }
    guard let value = Float(text), value.isFinite, range.contains(value) else { return nil }
    return value
  }

  static func parseScale(_ text: String) -> Command? {
    switch text {
    case "p99": .set(.scale(.percentile))
    case "sqrt": .set(.scale(.root))
    case "linear": .set(.scale(.linear))
    case "symlog": .set(.scale(.symlog))
    default:
      decimal(text, in: .leastNormalMagnitude ... .greatestFiniteMagnitude).map { .set(.scale(.fixed($0))) }
    }
  }

  static func parseProbe(_ text: String) -> Command? {
    let numbers = text.split { $0 == " " || $0 == "," }.map { Int($0) }
    guard numbers.count == 2, let row = numbers[0], let column = numbers[1], row >= 0, column >= 0 else { return nil }
    return .probe(row: row, column: column)
  }

  static func parseSpeed(_ text: String) -> Command? {
    if text == "max" { return .set(.speed(nil)) }
    return decimal(text, in: .leastNormalMagnitude...100_000).map { .set(.speed(Double($0))) }
  }

  static func parseScreenFile(_ text: String) -> Command? {
    guard let ending = text.split(separator: ".").last, ending.count < text.count - 1,
      let format = Command.ScreenFormat(rawValue: ending.lowercased())
    else { return nil }
    return .saveScreen(path: text, format: format)
  }

  package static func trimmed(_ text: some StringProtocol) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}
