import Lessons

/// Replies to a learner. The screen and plain mode differ in what opens the next step.
struct LessonMessages: Sendable {
  /// `Enter`, or the word `next`.
  let next: String

  static let screen = LessonMessages(next: "Enter")
  static let lines = LessonMessages(next: "'next'")

  private var continuation: String { next + " continues." }

  static let isFirst = "This is the first step."

  /// Why the next step is not available yet.
  static func isUnsettled(_ step: LessonStep) -> String {
    switch step.task {
    case .action: "Do what the step asks first; 'why' shows how."
    case .question, .read: "Answer first; 'hint' helps, and 'why' shows the solution."
    }
  }

  func hint(_ walk: inout LessonRun, _ facts: AppFacts) -> String {
    if let hint = walk.hint() { return "Hint: " + hint.shown(facts).text }
    return walk.step.hints.isEmpty ? "There is no hint here." : "That was the last hint; 'why' shows the solution."
  }

  /// The solution and the explanation.
  func explanation(_ walk: inout LessonRun, _ facts: AppFacts) -> String {
    walk.explain(facts) + (walk.isFinished ? "" : " " + continuation)
  }

  /// The reply to an answer.
  func reply(_ verdict: LessonRun.Verdict) -> String {
    switch verdict.kind {
    case .right, .unasked: verdict.text + " " + continuation
    case .wrong, .unreadable: verdict.text
    case .unknown: verdict.text + " 'why' skips it."
    }
  }

  /// The reply after the task of an action step.
  func done(_ step: LessonStep, _ facts: AppFacts) -> String {
    ["Done.", step.why?.shown(facts).text, continuation].compactMap { $0 }.joined(separator: " ")
  }

  func finished(_ lesson: Lesson) -> String {
    "That was the last step of '\(lesson.title)'. \(next) opens the next lesson, 'quit' leaves."
  }
}
