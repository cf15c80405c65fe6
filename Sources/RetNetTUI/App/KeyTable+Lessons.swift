import Lessons
import TerminalKit

/// Keys and words of lessons and of the tour.
extension KeyTable {
  static let lessons: [KeyBinding] = [
    key(
      .lessonList, "↑ ↓ Home End", lines(.lessons) + pages(.lessons) + ends(.lessons),
      "select a lesson; also PgUp, PgDn", .init(.first, "select", label: "↑ ↓")),
    key(
      .lessonList, "Enter", [.enter: .continueLesson], "open the selected lesson",
      .init(.first) { $0.focus == .panes ? "opens" : nil }),
    key(
      .lesson, "Enter", [.enter: .continueLesson], "continue with the next step",
      .init(.first) { $0.focus == .panes ? "continues" : nil }),
    key(
      .lesson, "ANSWER", [:], "answer the question, then Enter",
      .init(.first, label: "type") { state in
        guard state.focus == .input, let walk = state.lesson?.walk, walk.isTaskOpen,
          case .question = walk.step.task
        else { return nil }
        return "your answer"
      }),
    word("hint", "show a hint", "helps"), word("why", "explain the answer", "explains"),
    word("quit", "leave the lesson", "leaves"), word("back", "return to the previous step", "a step"),
    word("next again", "go to the next step, repeat this one"), word("?S", "explain a symbol, here S", "explains S"),
    key(
      .lesson, "PgUp PgDn", pages(.lessonText), "scroll the text",
      .init(.first, label: "PgDn") { $0.focus == .input ? "scrolls" : nil }),
  ]

  static let tour: [KeyBinding] = [
    key(.tour, "Esc", [.escape: .skipTour], "end the tour of the first start", .init(.first, "ends the tour"))
  ]
}

extension LessonRun {
  /// Whether the step waits for an answer or an action.
  var isTaskOpen: Bool {
    if case .read = step.task { return false }
    return !isSettled
  }
}
