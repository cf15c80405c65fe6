/// A lesson: a sequence of steps on a separate session.
package struct Lesson: Sendable, Hashable {
  /// Unique among lessons. Progress is stored under it.
  package var name: String
  package var title: String
  /// What the lesson teaches, in a sentence.
  package var about: String
  /// A bundled model's name, or a folder.
  package var model: String
  /// Its named formulas, in the order of the file.
  package var numbers: [NamedFormula] = []
  package var steps: [LessonStep]
  /// The file of the lesson, and the line of its name.
  package var file: String
  package var line: Int

  /// The commands that bring an empty session to the beginning of a step: those of all steps up to it, and those that
  /// perform the actions of the steps before it.
  package func commands(toBegin index: Int) -> [LessonCommand] {
    steps.prefix(index + 1).enumerated().flatMap { place, step in
      if place < index, case .action(let action) = step.task { return step.commands + action.commands }
      return step.commands
    }
  }

  /// The allowed numbers of steps.
  package static let stepCount = 3...8
}

/// A name for a formula.
package struct NamedFormula: Sendable, Hashable {
  package var name: String
  package var formula: Formula
}

/// One idea, and the learner's task.
package struct LessonStep: Sendable, Hashable {
  package enum Task: Sendable, Hashable {
    /// The learner only reads.
    case read
    case question(LessonQuestion)
    case action(LessonAction)
  }

  /// Its first line in the file.
  package var line: Int
  /// Commands that run before the step is shown.
  package var commands: [LessonCommand]
  /// The text before the task; nil if there is none.
  package var say: LessonText?
  package var task: Task
  package var hints: [LessonText]
  /// The explanation after the answer.
  package var why: LessonText?
  /// Symbols of the glossary that the text uses.
  package var symbols: [String]
  /// The page of the app beside the text, such as `explore cell`, or `noPage`.
  package var page: String?
  /// The page that replaces `page` once the step is answered, done or explained: it may show the answer.
  package var pageAfter: String?

  /// The value of `page` for a text without a page beside it.
  package static let noPage = "none"
}

/// A command of a lesson to its session.
package enum LessonCommand: Sendable, Hashable, CustomStringConvertible {
  /// A command of the app, with its `:`.
  case app(String)
  /// Reads a text into an empty session, without a reply.
  case feed(String)
  /// A number of recurrent steps.
  case step(Int)

  package var description: String {
    switch self {
    case .app(let line): line
    case .feed(let text): "feed: \(text)"
    case .step(let count): "step: \(count)"
    }
  }
}

/// An action of the learner in the app.
package struct LessonAction: Sendable, Hashable {
  /// What to do, and the key or the command for it.
  package var text: LessonText
  /// The conditions of the action, at least one. It is done once all hold at the same time.
  package var goals: [LessonGoal]
  /// Commands that perform the action, to return to a later step and to test the lesson.
  package var commands: [LessonCommand]
}

/// One condition of an action.
package struct LessonGoal: Sendable, Hashable {
  /// What the screen shows for it; nil for the only condition of an action.
  package var text: LessonText?
  package var condition: Formula

  /// Whether it holds. A condition whose quantities are not available yet does not.
  package func holds(_ facts: some LessonFacts) -> Bool { ((try? condition.value(facts)) ?? 0) != 0 }
}

package struct LessonQuestion: Sendable, Hashable {
  package enum Answer: Sendable, Hashable {
    case number(NumberAnswer)
    case choice([Choice])
    case words(WordsAnswer)
  }

  package struct NumberAnswer: Sendable, Hashable {
    package var formula: Formula
    package var tolerance: Tolerance
    /// Frequent wrong answers.
    package var wrong: [WrongAnswer<Formula>]
  }

  package struct WordsAnswer: Sendable, Hashable {
    /// The correct answers. `*` matches any text; case is ignored.
    package var patterns: [LessonText]
    package var wrong: [WrongAnswer<LessonText>]
  }

  package struct Choice: Sendable, Hashable {
    package var text: LessonText
    package var isRight: Bool
    /// Shown when the learner chooses it.
    package var feedback: LessonText?
  }

  /// A known wrong answer with its own feedback.
  package struct WrongAnswer<Answer: Sendable & Hashable>: Sendable, Hashable {
    package var answer: Answer
    package var feedback: LessonText
  }

  /// The largest accepted difference from the right number.
  package enum Tolerance: Sendable, Hashable {
    case absolute(Double)
    /// As a share of the right number.
    case relative(Double)

    func allows(_ answer: Double, for right: Double) -> Bool {
      switch self {
      case .absolute(let bound): abs(answer - right) <= bound
      case .relative(let share): abs(answer - right) <= share * abs(right)
      }
    }
  }

  package var text: LessonText
  package var answer: Answer
}

extension LessonStep {
  /// All texts of the step.
  package var texts: [LessonText] {
    var texts = (say.map { [$0] } ?? []) + hints + (why.map { [$0] } ?? [])
    switch task {
    case .read: break
    case .action(let action): texts += [action.text] + action.goals.compactMap(\.text)
    case .question(let question):
      texts.append(question.text)
      switch question.answer {
      case .number(let number): texts += number.wrong.map(\.feedback)
      case .choice(let choices): texts += choices.map(\.text) + choices.compactMap(\.feedback)
      case .words(let words): texts += words.patterns + words.wrong.map(\.feedback)
      }
    }
    return texts
  }

  /// The formulas of its answers and its conditions.
  package var formulas: [Formula] {
    switch task {
    case .read: []
    case .action(let action): action.goals.map(\.condition)
    case .question(let question):
      if case .number(let number) = question.answer { [number.formula] + number.wrong.map(\.answer) } else { [] }
    }
  }

  /// The readings of the forms laboratory that its texts and formulas need.
  package var readings: Set<Quantity.Reading> {
    let quantities = texts.flatMap(\.quantities) + formulas.flatMap(\.quantities)
    return Set(quantities.compactMap(\.reading))
  }
}
