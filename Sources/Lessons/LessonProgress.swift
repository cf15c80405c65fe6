/// What a learner has been through.
public struct LessonProgress: Sendable, Hashable, Codable {
  public struct Entry: Sendable, Hashable, Codable {
    /// The step that the learner stands at, from 0.
    public var step: Int
    /// Whether the lesson has been finished once.
    public var isFinished: Bool
  }

  /// By the lessons' names.
  public private(set) var lessons: [String: Entry] = [:]
  /// The lesson that was open last.
  public private(set) var last: String?

  public init() {}

  public subscript(name: String) -> Entry? { lessons[name] }

  /// Takes note of where a walk stands. A finished lesson stays finished, and begins anew the next time.
  public mutating func note(_ walk: LessonWalk) {
    let wasFinished = lessons[walk.lesson.name]?.isFinished ?? false
    lessons[walk.lesson.name] = Entry(
      step: walk.isFinished ? 0 : walk.index, isFinished: wasFinished || walk.isFinished)
    last = walk.lesson.name
  }

  /// Forgets one lesson.
  public mutating func forget(_ name: String) {
    lessons[name] = nil
    if last == name { last = nil }
  }

  /// The lesson to go on with: the one that was open last, unless it is finished, else the first that is not.
  public func next(of lessons: [Lesson]) -> Lesson? {
    if let open = lessons.first(where: { $0.name == last }), self[open.name]?.step ?? 0 > 0 || !isFinished(open) {
      return open
    }
    return lessons.first { !isFinished($0) } ?? lessons.first
  }

  private func isFinished(_ lesson: Lesson) -> Bool { self[lesson.name]?.isFinished ?? false }
}
