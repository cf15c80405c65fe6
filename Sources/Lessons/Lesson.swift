/// A lesson: some steps on a session of its own.
package struct Lesson: Sendable, Hashable {
  /// Unique among lessons, and what its progress is kept by.
  package var name: String
  package var title: String
  /// What one learns, in a sentence.
  package var about: String
  /// A bundled model's name, or a folder.
  package var model: String
  package var steps: [LessonStep]
  /// The file it was read from, and the line of its name.
  package var file: String
  package var line: Int

  /// What brings an empty session to where a step begins: the lesson's commands up to there, and those that do what its
  /// steps before have asked for.
  package func commands(toBegin index: Int) -> [LessonCommand] {
    steps.prefix(index + 1).enumerated().flatMap { place, step in
      if place < index, case .action(let action) = step.task { return step.commands + action.commands }
      return step.commands
    }
  }

  /// How many steps a lesson may have: fewer teach nothing, more are two lessons.
  package static let stepCount = 3...8
}

/// One idea, and what the learner does about it.
package struct LessonStep: Sendable, Hashable {
  package enum Task: Sendable, Hashable {
    /// Only to be read.
    case read
    case question(LessonQuestion)
    case action(LessonAction)
  }

  /// Its first line in the file.
  package var line: Int
  /// What the lesson does before the step is shown.
  package var commands: [LessonCommand]
  /// Empty where the question says it all.
  package var say: LessonText?
  package var task: Task
  package var hints: [LessonText]
  /// The explanation that follows the answer.
  package var why: LessonText?
  /// Symbols of the glossary that the text uses.
  package var symbols: [String]
  /// The page of the app that belongs beside it, `explore cell`; `noPage` where the text stands alone.
  package var page: String?
  /// The page that takes its place once the step is answered, done or explained: it may show the answer.
  package var pageAfter: String?

  /// What files write for a page where the text is to stand alone.
  package static let noPage = "none"
}

/// What a lesson does to its session.
package enum LessonCommand: Sendable, Hashable, CustomStringConvertible {
  /// One of the app's commands, with its `:`.
  case app(String)
  /// Reads a text into an empty session, and stops before anything is answered.
  case feed(String)
  /// So many recurrent steps.
  case step(Int)

  package var description: String {
    switch self {
    case .app(let line): line
    case .feed(let text): "feed: \(text)"
    case .step(let count): "step: \(count)"
    }
  }
}

/// Something that the learner does in the app.
package struct LessonAction: Sendable, Hashable {
  /// What to do, with the key or the command that does it.
  package var text: LessonText
  /// Holds once it has been done.
  package var condition: Formula
  /// Commands that do it: so a step can be gone back to, and the lesson be tried out.
  package var commands: [LessonCommand]
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
    /// Wrong ones that come up often.
    package var wrong: [Reaction<Formula>]
  }

  package struct WordsAnswer: Sendable, Hashable {
    /// Any of these; `*` stands for any text, upper and lower case are alike.
    package var patterns: [LessonText]
    package var wrong: [Reaction<LessonText>]
  }

  package struct Choice: Sendable, Hashable {
    package var text: LessonText
    package var isRight: Bool
    /// What is said to whoever chooses it.
    package var reaction: LessonText?
  }

  /// What is said to a wrong answer that can be told from others.
  package struct Reaction<Cause: Sendable & Hashable>: Sendable, Hashable {
    package var cause: Cause
    package var text: LessonText
  }

  /// How far from the right number an answer may be.
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
  /// Every text that it may show.
  package var texts: [LessonText] {
    var texts = (say.map { [$0] } ?? []) + hints + (why.map { [$0] } ?? [])
    switch task {
    case .read: break
    case .action(let action): texts.append(action.text)
    case .question(let question):
      texts.append(question.text)
      switch question.answer {
      case .number(let number): texts += number.wrong.map(\.text)
      case .choice(let choices): texts += choices.map(\.text) + choices.compactMap(\.reaction)
      case .words(let words): texts += words.patterns + words.wrong.map(\.text)
      }
    }
    return texts
  }

  /// The formulas of its answer and its condition.
  package var formulas: [Formula] {
    switch task {
    case .read: []
    case .action(let action): [action.condition]
    case .question(let question):
      if case .number(let number) = question.answer { [number.formula] + number.wrong.map(\.cause) } else { [] }
    }
  }

  /// Readings of the forms laboratory that it needs.
  package var readings: Set<Quantity.Reading> {
    let quantities = texts.flatMap(\.quantities) + formulas.flatMap(\.quantities)
    return Set(quantities.compactMap(\.reading))
  }
}
