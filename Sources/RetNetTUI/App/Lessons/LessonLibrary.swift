import Lessons

/// All lessons and the learner's progress.
struct LessonLibrary: Sendable {
  var lessons: [Lesson]
  var progress: LessonProgress
  /// A problem, such as a damaged file.
  var problem: String?
  /// The requested lesson.
  var opened: Lesson?
  /// Why the requested lesson cannot be opened.
  var refusal: String?

  /// - Parameter name: a lesson's name or number, or a file of the learner's own; nil opens none.
  /// - Throws: `LessonCatalogError`, `LessonFileError`, `FileError`, `TextError`.
  static func read(open name: String?, _ file: LessonProgressFile = LessonProgressFile()) throws -> LessonLibrary {
    let (progress, problem) = file.read()
    let found = try name.map { try LessonCatalog.find($0, among: LessonCatalog.lessons()) }
    return LessonLibrary(
      lessons: try found?.among ?? LessonCatalog.lessons(), progress: progress, problem: problem, opened: found?.lesson)
  }
}

/// All lessons with the progress of each.
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
