import Lessons

/// All lessons and how far each has been gone through.
package struct LessonList {
  package let lessons: [Lesson]
  package let progress: LessonProgress

  package init(_ lessons: [Lesson], _ progress: LessonProgress) { (self.lessons, self.progress) = (lessons, progress) }

  /// `finished`, `step 3 of 6`, or nothing.
  func state(_ lesson: Lesson) -> String {
    guard let entry = progress[lesson.name] else { return "" }
    if entry.step > 0 { return "step \(entry.step + 1) of \(lesson.steps.count)" }
    return entry.isFinished ? "finished" : ""
  }

  package var text: String {
    var table = TextTable([("", .right), ("lesson", .left), ("", .left), ("", .left)])
    for (index, lesson) in lessons.enumerated() {
      table.add(["\(index + 1)", lesson.name, lesson.title, state(lesson)])
    }
    return table.text
  }
}
