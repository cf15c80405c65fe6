import RetNet
import TerminalKit

/// The norms, one per line, with the selected line marked, for the panel and the laboratory.
struct NormRows {
  /// Columns of the marks, the longest name and the longest value.
  static let columns = 35

  var norms: NormOptions
  var row: Int
  /// Whether each line begins with its key.
  var hasKeys = false
  /// The norms of the training, shown after each value if given.
  var trained: NormOptions?
  var area: Rectangle

  func draw(in grid: inout Grid) {
    for (offset, choice) in NormChoice.allCases.prefix(area.rows).enumerated() {
      let isChosen = offset == row
      let style: Style = isChosen ? .accent : .plain
      let line = area.row + offset
      let key = hasKeys ? choice.key + "  " : ""
      grid.put("\(isChosen ? "▸" : " ")\(key)\(choice.name)", line, area.column, style, in: area)
      let value = choice.value(norms)
      let end = trained == nil ? area.endColumn - 1 : area.column + Self.columns
      grid.put(value, line, end - value.count, style, in: area)
      guard let trained else { continue }
      let other = choice.value(trained)
      // Uses the longest text that fits.
      let notes = other == value ? ["trained"] : ["(trained: \(other))", "trained: \(other)", "≠ trained", "!"]
      guard let note = notes.first(where: { end + 1 + $0.count <= area.endColumn }) else { continue }
      grid.put(note, line, end + 1, other == value ? .muted : .warning, in: area)
    }
  }
}
