import RetNetTUI

extension LessonList {
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
