/// A lesson: some steps on a session of its own.
public struct Lesson: Sendable, Hashable {
  /// Unique among lessons, and what its progress is kept by.
  public var name: String
  public var title: String
  /// What one learns, in a sentence.
  public var about: String
  /// A bundled model's name, or a folder.
  public var model: String
  public var steps: [LessonStep]
  /// The file it was read from, and the line of its name.
  public var file: String
  public var line: Int

  /// What brings an empty session to where a step begins: the lesson's commands up to there, and those that do what its
  /// steps before have asked for.
  public func commands(toBegin index: Int) -> [LessonCommand] {
    steps.prefix(index + 1).enumerated().flatMap { place, step in
      if place < index, case .action(let action) = step.task { return step.commands + action.commands }
      return step.commands
    }
  }

  /// How many steps a lesson may have: fewer teach nothing, more are two lessons.
  public static let stepCount = 3...8
}

/// One idea, and what the learner does about it.
public struct LessonStep: Sendable, Hashable {
  public enum Task: Sendable, Hashable {
    /// Only to be read.
    case read
    case question(LessonQuestion)
    case action(LessonAction)
  }

  /// Its first line in the file.
  public var line: Int
  /// What the lesson does before the step is shown.
  public var commands: [LessonCommand]
  /// Empty where the question says it all.
  public var say: LessonText?
  public var task: Task
  public var hints: [LessonText]
  /// The explanation that follows the answer.
  public var why: LessonText?
  /// Symbols of the glossary that the text uses.
  public var symbols: [String]
  /// The page of the app that belongs beside it, `explore cell`; `noPage` where the text stands alone.
  public var page: String?
  /// The page that takes its place once the step is answered, done or explained: it may show the answer.
  public var pageAfter: String?

  /// What files write for a page where the text is to stand alone.
  public static let noPage = "none"
}

/// What a lesson does to its session.
public enum LessonCommand: Sendable, Hashable, CustomStringConvertible {
  /// One of the app's commands, with its `:`.
  case app(String)
  /// Reads a text into an empty session, and stops before anything is answered.
  case feed(String)
  /// So many recurrent steps.
  case step(Int)

  public var description: String {
    switch self {
    case .app(let line): line
    case .feed(let text): "feed: \(text)"
    case .step(let count): "step: \(count)"
    }
  }
}

/// Something that the learner does in the app.
public struct LessonAction: Sendable, Hashable {
  /// What to do, with the key or the command that does it.
  public var text: LessonText
  /// Holds once it has been done.
  public var condition: Formula
  /// Commands that do it: so a step can be gone back to, and the lesson be tried out.
  public var commands: [LessonCommand]
}

public struct LessonQuestion: Sendable, Hashable {
  public enum Answer: Sendable, Hashable {
    case number(NumberAnswer)
    case choice([Choice])
    case words(WordsAnswer)
  }

  public struct NumberAnswer: Sendable, Hashable {
    public var formula: Formula
    public var tolerance: Tolerance
    /// Wrong ones that come up often.
    public var wrong: [Reaction<Formula>]
  }

  public struct WordsAnswer: Sendable, Hashable {
    /// Any of these; `*` stands for any text, upper and lower case are alike.
    public var patterns: [LessonText]
    public var wrong: [Reaction<LessonText>]
  }

  public struct Choice: Sendable, Hashable {
    public var text: LessonText
    public var isRight: Bool
    /// What is said to whoever chooses it.
    public var reaction: LessonText?
  }

  /// What is said to a wrong answer that can be told from others.
  public struct Reaction<Cause: Sendable & Hashable>: Sendable, Hashable {
    public var cause: Cause
    public var text: LessonText
  }

  /// How far from the right number an answer may be.
  public enum Tolerance: Sendable, Hashable {
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

  public var text: LessonText
  public var answer: Answer
}

extension LessonStep {
  /// Every text that it may show.
  public var texts: [LessonText] {
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
  public var formulas: [Formula] {
    switch task {
    case .read: []
    case .action(let action): [action.condition]
    case .question(let question):
      if case .number(let number) = question.answer { [number.formula] + number.wrong.map(\.cause) } else { [] }
    }
  }

  /// Readings of the forms laboratory that it needs.
  public var readings: Set<Quantity.Reading> {
    let quantities = texts.flatMap(\.quantities) + formulas.flatMap(\.quantities)
    return Set(quantities.compactMap(\.reading))
  }
}
