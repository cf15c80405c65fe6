import Lessons
import TerminalKit

/// The list of lessons, or a lesson's text with a page of its session beside it.
struct LessonView {
  private let state: AppState
  private let layout: LessonLayout

  init(_ state: AppState, layout: LessonLayout) { (self.state, self.layout) = (state, layout) }

  private var title: String {
    guard let walk = state.lesson?.walk else { return "Lessons" }
    let number = state.classroom.number(of: walk.lesson).map { "\($0) of \(state.classroom.lessons?.count ?? 0)" }
    let place = walk.isFinished ? "finished" : "step \(walk.index + 1) of \(walk.lesson.steps.count)"
    return (["Lesson", number].compactMap { $0 }.joined(separator: " ")) + "  \(walk.lesson.title)  \(place)"
  }

  func draw(in grid: inout Grid) {
    grid.put(
      TextWidth.truncate(title, to: max(layout.title.columns - 2, 0)), layout.title.row, layout.title.column + 1,
      .accent)
    guard let pane = layout.pane else {
      guard let list = layout.list else { return }
      return LessonListPane(classroom: state.classroom, area: layout.text, rows: list, notes: layout.notes)
        .draw(in: &grid)
    }
    pane.draw(in: &grid)
    if let strip = layout.strip { LessonStrip(state, plan: strip).draw(in: &grid) }
    guard let pages = layout.pages else { return }
    let rule = layout.rule
    if rule.rows == 1 {
      grid.horizontalLine(row: rule.row, column: rule.column, length: rule.columns)
    } else {
      grid.verticalLine(row: rule.row, column: rule.column, length: rule.rows)
    }
    PagedView(state, layout: pages).draw(in: &grid)
  }
}
