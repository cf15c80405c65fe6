/// What a learner has been through.
package struct LessonProgress: Sendable, Hashable, Codable {
  package struct Entry: Sendable, Hashable, Codable {
    /// The step that the learner stands at, from 0.
    package var step: Int
    /// Whether the lesson has been finished once.
    package var isFinished: Bool
  }

  /// By the lessons' names.
  package private(set) var lessons: [String: Entry] = [:]
  /// The lesson that was open last.
  package private(set) var last: String?

  package init() {}

  package subscript(name: String) -> Entry? { lessons[name] }

  /// Takes note of where a walk stands. A finished lesson stays finished, and begins anew the next time.
  package mutating func note(_ walk: LessonRun) {
    let wasFinished = lessons[walk.lesson.name]?.isFinished ?? false
    lessons[walk.lesson.name] = Entry(
      step: walk.isFinished ? 0 : walk.index, isFinished: wasFinished || walk.isFinished)
    last = walk.lesson.name
  }

  /// Forgets one lesson.
  package mutating func forget(_ name: String) {
    lessons[name] = nil
    if last == name { last = nil }
  }

  /// The lesson to go on with: the one that was open last, unless it is finished, else the first that is not.
  package func next(of lessons: [Lesson]) -> Lesson? {
    if let open = lessons.first(where: { $0.name == last }), self[open.name]?.step ?? 0 > 0 || !isFinished(open) {
      return open
    }
    return lessons.first { !isFinished($0) } ?? lessons.first
  }

  private func isFinished(_ lesson: Lesson) -> Bool { self[lesson.name]?.isFinished ?? false }
}
