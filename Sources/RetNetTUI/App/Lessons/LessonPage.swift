import Lessons
import TerminalKit

/// A step of a lesson as text, with the current numbers.
package struct LessonPage {
  let title: String
  /// Paragraphs, unwrapped. A line that begins with spaces stays a line of its own.
  package let paragraphs: [String]
  /// Why some numbers are unknown.
  package let problems: [String]

  /// - Parameter namesPage: whether the text names the page beside it.
  init(_ walk: LessonRun, number: Int?, of count: Int, facts: some LessonFacts, namesPage: Bool = true) {
    let step = walk.step
    title =
      "Lesson " + (number.map { "\($0) of \(count), " } ?? "") + walk.lesson.title
      + " – step \(walk.index + 1) of \(walk.lesson.steps.count)"
    var (paragraphs, problems) = ([String](), [String]())
    func add(_ text: LessonText?, before opening: String = "") {
      guard let shown = text?.shown(facts) else { return }
      paragraphs.append(opening + shown.text)
      problems += shown.problems.map(\.description)
    }
    add(step.say)
    switch step.task {
    case .read: break
    case .action(let action):
      add(action.text, before: "→ ")
      paragraphs += Self.progress(walk, facts: facts)
    case .question(let question):
      add(question.text, before: "? ")
      guard case .choice(let choices) = question.answer else { break }
      for (letter, choice) in zip(LessonRun.letters(choices.count), choices) {
        add(choice.text, before: "  \(letter)) ")
      }
    }
    if !step.symbols.isEmpty { paragraphs.append("Symbols: \(step.symbols.joined(separator: "  "))") }
    if namesPage, let line = Self.line(of: walk) { paragraphs.append(line) }
    self.paragraphs = paragraphs
    self.problems = problems.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The conditions of the step's task, each done or open; empty if it has a single one.
  static func progress(_ walk: LessonRun, facts: some LessonFacts) -> [String] {
    guard case .action(let action) = walk.step.task else { return [] }
    return action.goals.compactMap { goal in
      goal.text.map { (goal.holds(facts) ? "  ✓ " : "  · ") + $0.shown(facts).text }
    }
  }

  /// Names the page beside a step; nil without one.
  static func line(of walk: LessonRun) -> String? {
    walk.page.flatMap { $0 == LessonStep.noPage ? nil : "Beside it: :\($0)" }
  }

  private init(title: String, paragraphs: [String], problems: [String]) {
    (self.title, self.paragraphs, self.problems) = (title, paragraphs, problems)
  }

  /// The page with further reasons why numbers are unknown.
  func adding(_ problems: [String]) -> LessonPage {
    LessonPage(title: title, paragraphs: paragraphs, problems: problems + self.problems)
  }

  func text(columns: Int) -> String {
    let bodies = paragraphs.map { WordWrap.lines($0, columns: columns, hangingIndent: 0).joined(separator: "\n") }
    return ([title] + bodies).joined(separator: "\n") + "\n"
  }
}
