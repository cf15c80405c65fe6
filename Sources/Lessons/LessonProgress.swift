/// A learner's progress in the lessons.
package struct LessonProgress: Sendable, Hashable, Codable {
  package struct Entry: Sendable, Hashable, Codable {
    /// The current step, from 0.
    package var step: Int
    /// Whether the learner has finished the lesson at least once.
    package var isFinished: Bool
  }

  /// By lesson name.
  package private(set) var lessons: [String: Entry] = [:]
  /// The lesson that was open last.
  package private(set) var last: String?

  package init() {}

  package subscript(name: String) -> Entry? { lessons[name] }

  /// Records the progress of a run. A finished lesson stays finished, and starts from its first step the next time.
  package mutating func record(_ run: LessonRun) {
    let wasFinished = lessons[run.lesson.name]?.isFinished ?? false
    lessons[run.lesson.name] = Entry(
      step: run.isFinished ? 0 : run.index, isFinished: wasFinished || run.isFinished)
    last = run.lesson.name
  }

  /// Deletes the progress of one lesson.
  package mutating func forget(_ name: String) {
    lessons[name] = nil
    if last == name { last = nil }
  }

  /// The lesson to resume: the last open one unless it is finished, otherwise the first unfinished one.
  package func next(of lessons: [Lesson]) -> Lesson? {
    if let open = lessons.first(where: { $0.name == last }), self[open.name]?.step ?? 0 > 0 || !isFinished(open) {
      return open
    }
    return lessons.first { !isFinished($0) } ?? lessons.first
  }

  private func isFinished(_ lesson: Lesson) -> Bool { self[lesson.name]?.isFinished ?? false }
}
