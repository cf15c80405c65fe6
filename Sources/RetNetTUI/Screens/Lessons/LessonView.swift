import Lessons

/// The lessons between the header and the input line: the list, or a lesson's text with a page of its session beside it.
struct LessonView {
  private let state: AppState
  private let layout: LessonLayout

  init(_ state: AppState) {
    self.state = state
    layout = LessonLayout(state)
  }

  private var title: String {
    guard let walk = state.classroom.open?.walk else { return "Lessons" }
    let number = state.classroom.number(of: walk.lesson).map { "\($0) of \(state.classroom.lessons?.count ?? 0)" }
    let place = walk.isFinished ? "finished" : "step \(walk.index + 1) of \(walk.lesson.steps.count)"
    return (["Lesson", number].compactMap { $0 }.joined(separator: " ")) + "  \(walk.lesson.title)  \(place)"
  }

  func draw(in grid: inout Grid) {
    grid.put(
      TextWidth.truncate(title, to: max(layout.title.columns - 2, 0)), row: layout.title.row,
      column: layout.title.column + 1, style: .accent)
    guard state.classroom.open != nil else { return LessonListPane(state, area: layout.text).draw(in: &grid) }
    LessonPane(state, area: layout.text).draw(in: &grid)
    guard layout.beside.rows > 0 else { return }
    if layout.beside.row == layout.text.row {
      grid.verticalLine(row: layout.text.row, column: layout.text.endColumn, length: layout.text.rows)
    }
    if state.shownView == .forms { LabView(state).draw(in: &grid) } else { ExplorerView(state).draw(in: &grid) }
  }

  /// The line of the list under a place.
  func line(row: Int, column: Int) -> Int? {
    guard state.classroom.open == nil, layout.text.contains(row: row, column: column) else { return nil }
    return LessonListPane(state, area: layout.text).line(row: row)
  }
}
