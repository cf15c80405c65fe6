import Lessons

/// All lessons that were found, and how far the learner has come.
struct LessonLibrary: Sendable {
  var lessons: [Lesson]
  var progress: LessonProgress
  /// What else was found, such as a damaged file.
  var problem: String?
  /// The one that was asked for.
  var opened: Lesson?

  /// - Parameter name: a lesson's name or number, or a file of the learner's own; nil opens none.
  /// - Throws: `LessonCatalogError`, `LessonFileError`, `FileError`, `TextError`.
  static func read(open name: String?, _ file: LessonProgressFile = LessonProgressFile()) throws -> LessonLibrary {
    let (progress, problem) = file.read()
    let found = try name.map { try LessonCatalog.find($0, among: LessonCatalog.lessons()) }
    return LessonLibrary(
      lessons: try found?.among ?? LessonCatalog.lessons(), progress: progress, problem: problem, opened: found?.lesson)
  }
}
