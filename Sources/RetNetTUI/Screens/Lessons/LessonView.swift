import Lessons
import TerminalKit

/// The lessons between the header and the input line: the list, or a lesson's text with a page of its session beside it.
struct LessonView {
  private let state: AppState
  private let layout: LessonLayout

  init(_ state: AppState) {
    self.state = state
    layout = LessonLayout(state)
  }

  private var title: String {
    guard let walk = state.lesson?.walk else { return "Lessons" }
    let number = state.classroom.number(of: walk.lesson).map { "\($0) of \(state.classroom.lessons?.count ?? 0)" }
    let place = walk.isFinished ? "finished" : "step \(walk.index + 1) of \(walk.lesson.steps.count)"
    return (["Lesson", number].compactMap { $0 }.joined(separator: " ")) + "  \(walk.lesson.title)  \(place)"
  }

  func draw(in grid: inout Grid) {
    grid.put(
      TextWidth.truncate(title, to: max(layout.title.columns - 2, 0)), row: layout.title.row,
      column: layout.title.column + 1, style: .accent)
    guard let pane = layout.pane else { return LessonListPane(state, area: layout.text).draw(in: &grid) }
    pane.draw(in: &grid)
    guard layout.beside.rows > 0 else { return }
    let rule = layout.rule
    if rule.rows == 1 {
      grid.horizontalLine(row: rule.row, column: rule.column, length: rule.columns)
    } else {
      grid.verticalLine(row: rule.row, column: rule.column, length: rule.rows)
    }
    let page = PageLayout(page: layout.beside)
    if state.shownView == .forms {
      LabView(state, layout: page).draw(in: &grid)
    } else {
      ExplorerView(state, layout: page).draw(in: &grid)
    }
  }

  /// The line of the list under a place.
  func line(row: Int, column: Int) -> Int? {
    guard state.lesson == nil, layout.text.contains(row: row, column: column) else { return nil }
    return LessonListPane(state, area: layout.text).line(row: row)
  }
}
