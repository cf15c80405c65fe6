import RetNet
import TerminalKit

/// The first line of a page: its name, facts in order of importance, a legend and a text at the right end. To fit, the
/// least important parts are shortened, then dropped. Nothing is cut.
struct PageTitle {
  struct Fact: Hashable {
    var long: String
    var short: String

    init(_ long: String, short: String? = nil) {
      self.long = long
      self.short = short ?? long
    }
  }

  var name: String
  var facts: [Fact]
  var right = ""
  var shortRight: String?
  /// The ramp of the legend between the facts and the right end.
  var legend: Ramp?
  var legendIsSigned = true

  func draw(in grid: inout Grid, area: Rectangle, style: Style) {
    guard !area.isEmpty else { return }
    let (text, right, isNamed) = fitted(area.columns - 2)
    var column = area.column + 1
    if isNamed { column = grid.put(name, area.row, column, style, in: area) + 2 }
    let start = column
    column = grid.put(text, area.row, column, isNamed ? .plain : style, in: area)
    let end = area.endColumn - 1 - TextWidth.width(of: right)
    grid.put(right, area.row, end, .accent, in: area)
    legend?.drawLegend(
      in: &grid, row: area.row, from: column + (column > start ? 2 : 0), to: end - 1, isSigned: legendIsSigned)
  }

  /// The longest combination that fits `room` columns.
  private func fitted(_ room: Int) -> (text: String, right: String, isNamed: Bool) {
    let ends = right.isEmpty ? [""] : shortRight.map { [right, $0] } ?? [right]
    func width(_ parts: [String]) -> Int {
      parts.filter { !$0.isEmpty }.reduce(-2) { $0 + TextWidth.width(of: $1) + 2 }
    }
    let long = facts.map(\.long).filter { !$0.isEmpty }
    let short = facts.map(\.short).filter { !$0.isEmpty }
    for end in ends where width([name] + long + [end]) <= room { return (long.joined(separator: "  "), end, true) }
    for end in ends where width([name] + short + [end]) <= room { return (short.joined(separator: "  "), end, true) }
    for count in stride(from: short.count, through: 0, by: -1) {
      let kept = Array(short.prefix(count))
      for end in ends where width(kept + [end]) <= room {
        // Without room for the name, the first fact identifies the page.
        return (kept.joined(separator: "  "), end, width([name] + kept + [end]) <= room)
      }
    }
    return (TextWidth.width(of: name) <= room ? name : "", "", false)
  }
}

extension AppState {
  /// The selected head in a title.
  var placeFact: PageTitle.Fact { PageTitle.Fact(selectedPlace) }
}

extension PageTitle.Fact {
  init(_ place: HeadIndex) {
    self.init("layer \(place.layer) head \(place.head)", short: "L\(place.layer) h\(place.head)")
  }
}

extension PageTitle.Fact {
  /// A fact about the visible rows of a list.
  init(rows: Range<Int>, of count: Int) {
    self.init(
      "rows \(rows.lowerBound + 1) to \(rows.upperBound) of \(count)",
      short: "\(rows.lowerBound + 1)–\(rows.upperBound)/\(count)")
  }
}

extension Rectangle {
  /// The rectangle without `rows` rows at the top.
  func below(_ rows: Int) -> Rectangle {
    Rectangle(row: row + rows, column: column, rows: self.rows - rows, columns: columns)
  }
}
