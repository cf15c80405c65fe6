import Lessons

/// All lessons and how far each has been gone through.
struct LessonList {
  let lessons: [Lesson]
  let progress: LessonProgress

  init(_ lessons: [Lesson], _ progress: LessonProgress) { (self.lessons, self.progress) = (lessons, progress) }

  /// `finished`, `step 3 of 6`, or nothing.
  func state(_ lesson: Lesson) -> String {
    guard let entry = progress[lesson.name] else { return "" }
    if entry.step > 0 { return "step \(entry.step + 1) of \(lesson.steps.count)" }
    return entry.isFinished ? "finished" : ""
  }

  var text: String {
    var table = TextTable([("", .right), ("lesson", .left), ("", .left), ("", .left)])
    for (index, lesson) in lessons.enumerated() {
      table.add(["\(index + 1)", lesson.name, lesson.title, state(lesson)])
    }
    return table.text
  }

  func write(_ json: JSONWriter) throws {
    try json.object {
      try json.field("lessons") {
        try json.objects(lessons) { lesson in
          try json.field("name", lesson.name)
          try json.field("title", lesson.title)
          try json.field("about", lesson.about)
          try json.field("model", lesson.model)
          try json.field("steps", lesson.steps.count)
          try json.field("step", (progress[lesson.name]?.step ?? 0) + 1)
          try json.field("finished", progress[lesson.name]?.isFinished ?? false)
        }
      }
    }
    try json.endLine()
  }
}
