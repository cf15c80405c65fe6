import Lessons

/// Replies to a learner. The screen and lines differ in what opens the next step.
struct LessonMessages: Sendable {
  /// `Enter`, or the word.
  let next: String

  static let screen = LessonMessages(next: "Enter")
  static let lines = LessonMessages(next: "'next'")

  private var goesOn: String { next + " goes on." }

  static let isFirst = "This is the first step."

  /// Why there is no going on yet.
  static func isUnsettled(_ step: LessonStep) -> String {
    switch step.task {
    case .action: "Do what the step asks first; 'why' says how, and lets you go on."
    case .question, .read: "Answer first; 'hint' helps, and 'why' shows the solution."
    }
  }

  func hint(_ walk: inout LessonRun, _ facts: AppFacts) -> String {
    if let hint = walk.hint() { return "Hint: " + hint.shown(facts).text }
    return walk.step.hints.isEmpty ? "There is no hint here." : "That was the last hint; 'why' shows the solution."
  }

  /// The solution and the explanation.
  func explanation(_ walk: inout LessonRun, _ facts: AppFacts) -> String {
    walk.explain(facts) + (walk.isFinished ? "" : " " + goesOn)
  }

  /// What an answer is answered with.
  func reply(_ verdict: LessonRun.Verdict) -> String {
    switch verdict.kind {
    case .right, .unasked: verdict.text + " " + goesOn
    case .wrong, .unreadable: verdict.text
    case .unknown: verdict.text + " 'why' lets you go on."
    }
  }

  /// What was asked for has been done.
  func done(_ step: LessonStep, _ facts: AppFacts) -> String {
    ["Done.", step.why?.shown(facts).text, goesOn].compactMap { $0 }.joined(separator: " ")
  }

  func finished(_ lesson: Lesson) -> String {
    "That was the last step of '\(lesson.title)'. \(next) opens the next lesson, 'quit' leaves."
  }
}
