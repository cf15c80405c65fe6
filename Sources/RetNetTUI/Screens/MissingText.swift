import TerminalKit

/// A page with nothing to show: what stands there once there is something, and how to come to that.
struct MissingText {
  var name: String
  var purpose: String
  var remedy: String

  func draw(in grid: inout Grid, area: Rectangle, style: Style) {
    guard !area.isEmpty else { return }
    let title = name.prefix(1).uppercased() + name.dropFirst()
    grid.put(title, row: area.row, column: area.column + 1, style: style, clippedTo: area)
    let lines = WordWrap.lines(purpose, columns: area.columns - 3) + WordWrap.lines(remedy, columns: area.columns - 3)
    for (offset, line) in lines.prefix(area.rows - 1).enumerated() {
      grid.put(line, row: area.row + 1 + offset, column: area.column + 2, style: .muted, clippedTo: area)
    }
  }

  var text: [String] { ["Page \(name). \(purpose)", remedy] }
}
