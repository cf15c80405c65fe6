import Lessons
import TerminalKit

/// The list of lessons with the learner's progress.
struct LessonListPane {
  let classroom: LessonState
  let area: Rectangle
  let rows: ListPlan
  let notes: [String]

  func draw(in grid: inout Grid) {
    guard let lessons = classroom.lessons else {
      grid.put("Lessons are being read …", area.row, area.column + 1, .muted, in: area)
      return
    }
    let list = LessonList(lessons, classroom.progress)
    for index in rows.shown {
      let (lesson, row) = (lessons[index], rows.row(index))
      let isChosen = index == classroom.line
      let number = "\(index + 1)"
      grid.put(isChosen ? "▸" : " ", row, area.column, .accent)
      grid.put(number, row, area.column + 3 - number.count, .muted)
      let state = list.state(lesson)
      let end = area.endColumn - state.count - 1
      grid.put(
        TextWidth.truncate(lesson.title, to: max(end - area.column - 6, 0)), row, area.column + 4,
        isChosen ? .accent : .plain, in: area)
      grid.put(state, row, end, .muted, in: area)
    }
    grid.put(lines: notes, area.row + rows.shown.count + 1, area.column + 1, in: area)
  }
}
