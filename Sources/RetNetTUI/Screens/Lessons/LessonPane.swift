import Lessons
import TerminalKit

/// The text of a lesson's step with the current numbers, and the last reply to the learner.
struct LessonPane: Sendable {
  struct Line: Sendable, Hashable {
    var text: String
    var style = Style.plain
  }

  /// The requested first line.
  private let wantedTop: Int
  private var area: Rectangle
  let lines: [Line]

  init(_ state: AppState, area: Rectangle) {
    (wantedTop, self.area) = (state.lesson?.top ?? 0, area)
    lines = Self.lines(state, columns: max(area.columns - 2, 1))
  }

  /// The pane in another area of the same width.
  func placed(in area: Rectangle) -> LessonPane {
    var pane = self
    pane.area = area
    return pane
  }

  private static func lines(_ state: AppState, columns: Int) -> [Line] {
    guard let open = state.lesson else { return [] }
    guard !open.isPreparing else { return [Line(text: "The step is being prepared …", style: .muted)] }
    let lessons = state.classroom.lessons?.count ?? 0
    let page = LessonPage(
      open.walk, number: state.classroom.number(of: open.walk.lesson), of: lessons, facts: AppFacts(state),
      namesPage: false)
    var lines: [Line] = []
    func add(_ text: String, _ style: Style = .plain, gap: Bool = true) {
      if gap, !lines.isEmpty { lines.append(Line(text: "")) }
      lines += WordWrap.lines(text, columns: columns).map { Line(text: $0, style: style) }
    }
    for paragraph in page.paragraphs {
      let isChoice = paragraph.hasPrefix("  ")
      let isTask = paragraph.hasPrefix("? ") || paragraph.hasPrefix("→ ")
      add(paragraph, isTask ? Style(bold: true) : paragraph.hasPrefix("Symbols: ") ? .muted : .plain, gap: !isChoice)
    }
    for problem in open.problems + page.problems { add(problem, .warning) }
    if let feedback = open.feedback {
      let style: Style = feedback.kind == .wrong ? .warning : feedback.kind == .right ? .accent : .plain
      add(feedback.text, style)
    }
    return lines
  }

  /// The largest first line.
  var lastTop: Int { max(lines.count - area.rows, 0) }

  func draw(in grid: inout Grid) {
    let top = min(wantedTop, lastTop)
    for (offset, line) in lines.dropFirst(top).prefix(area.rows).enumerated() {
      grid.put(line.text, area.row + offset, area.column + 1, line.style, in: area)
    }
    // Arrows mark hidden lines.
    if top > 0 { grid.put("↑", area.row, area.endColumn - 1, .accent) }
    if top < lastTop { grid.put("↓", area.endRow - 1, area.endColumn - 1, .accent) }
  }

  var text: [String] { lines.map(\.text) }
}
