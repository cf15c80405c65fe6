import Lessons

/// What is said to a learner, alike on the screen and in lines but for how one goes on.
struct LessonMessages: Sendable {
  /// A sentence.
  let goesOn: String

  static let screen = LessonMessages(goesOn: "Enter goes on.")
  static let lines = LessonMessages(goesOn: "'next' goes on.")

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

  /// - Parameter opensNext: what opens the next lesson, `Enter`.
  static func finished(_ lesson: Lesson, opensNext: String) -> String {
    "That was the last step of '\(lesson.title)'. \(opensNext) opens the next lesson, 'quit' leaves."
  }
}
