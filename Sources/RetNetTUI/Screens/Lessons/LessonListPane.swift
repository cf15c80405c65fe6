import Lessons
import TerminalKit

/// The lessons that there are, and how far the learner has come.
struct LessonListPane {
  let classroom: LessonState
  let area: Rectangle
  let rows: ListPlan
  let notes: [String]

  func draw(in grid: inout Grid) {
    guard let lessons = classroom.lessons else {
      grid.put("Lessons are being read …", row: area.row, column: area.column + 1, style: .muted, clippedTo: area)
      return
    }
    let list = LessonList(lessons, classroom.progress)
    for index in rows.shown {
      let (lesson, row) = (lessons[index], rows.row(index))
      let isChosen = index == classroom.line
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
        note, row: area.row + rows.shown.count + 1 + offset, column: area.column + 1, style: .plain,
        clippedTo: area)
    }
  }
}
