import Lessons
import TerminalKit

/// The lessons that there are, and how far the learner has come.
struct LessonListPane {
  private let classroom: LessonState
  private let area: Rectangle

  init(_ state: AppState, area: Rectangle) { (classroom, self.area) = (state.classroom, area) }

  /// Lines under the list: what the chosen lesson teaches, and a problem.
  private var notes: [String] {
    let lessons = classroom.lessons ?? []
    let about = lessons[at: classroom.line]?.about
    return [about, classroom.problem].compactMap { $0 }
      .flatMap { WordWrap.lines($0, columns: max(area.columns - 2, 1)) }
  }

  private var room: Int { max(area.rows - notes.count - 1, 1) }
  private var top: Int {
    let count = classroom.lessons?.count ?? 0
    return min(max(classroom.line - room + 1, 0), max(count - room, 0))
  }

  func draw(in grid: inout Grid) {
    guard let lessons = classroom.lessons else {
      grid.put("Lessons are being read …", row: area.row, column: area.column + 1, style: .muted, clippedTo: area)
      return
    }
    let list = LessonList(lessons, classroom.progress)
    for (offset, lesson) in lessons.dropFirst(top).prefix(room).enumerated() {
      let index = top + offset
      let isChosen = index == classroom.line
      let row = area.row + offset
      let number = "\(index + 1)"
      grid.put(isChosen ? "▸" : " ", row: row, column: area.column, style: .accent)
      grid.put(number, row: row, column: area.column + 3 - number.count, style: .muted)
      let state = list.state(lesson)
      let end = area.endColumn - state.count - 1
      grid.put(
        TextWidth.truncate(lesson.title, to: max(end - area.column - 6, 0)), row: row, column: area.column + 4,
        style: isChosen ? .accent : .plain, clippedTo: area)
      grid.put(state, row: row, column: end, style: .muted, clippedTo: area)
    }
    for (offset, note) in notes.enumerated() {
      grid.put(
        note, row: area.row + min(room, lessons.count) + 1 + offset, column: area.column + 1, style: .plain,
        clippedTo: area)
    }
  }

  func line(row: Int) -> Int? {
    let index = top + row - area.row
    return row >= area.row && row - area.row < room && (classroom.lessons ?? []).indices.contains(index) ? index : nil
  }
}
