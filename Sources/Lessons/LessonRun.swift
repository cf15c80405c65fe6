/// A learner's run through a lesson. It is independent of sessions: `LessonFacts` supplies their numbers.
package struct LessonRun: Sendable, Hashable {
  package let lesson: Lesson
  /// The current step, from 0.
  package private(set) var index: Int
  /// Wrong answers in this step.
  package private(set) var tries = 0
  /// Hints shown in this step.
  package private(set) var hintsShown = 0
  /// Whether the step is answered, done or explained.
  package private(set) var isSettled = false
  /// Whether the learner has passed the last step.
  package private(set) var isFinished = false

  /// After this many wrong answers, the feedback mentions the solution.
  static let triesBeforeSolution = 3

  /// - Parameter step: the first step, clamped to the lesson.
  package init(_ lesson: Lesson, at step: Int = 0) {
    self.lesson = lesson
    index = min(max(step, 0), lesson.steps.count - 1)
    settleReading()
  }

  package var step: LessonStep { lesson.steps[index] }

  /// The page beside the step in its current state; nil if the lesson names none.
  package var page: String? { isSettled ? step.pageAfter ?? step.page : step.page }

  /// The result of an answer.
  package struct Verdict: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
      case right, wrong
      /// Not an answer of the expected kind.
      case unreadable
      /// The right answer cannot be computed on the current session.
      case unknown
      /// The step has no question.
      case unasked
    }

    package var kind: Kind
    /// The explanation or the feedback.
    package var text: String

    init(_ kind: Kind, _ text: String) {
      self.kind = kind
      self.text = text
    }
  }

  // MARK: Answers

  package mutating func answer(_ text: String, _ facts: some LessonFacts) -> Verdict {
    guard !isFinished, case .question(let question) = step.task else {
      return Verdict(.unasked, isFinished ? "The lesson is finished." : "This step has no question.")
    }
    let verdict =
      switch question.answer {
      case .number(let number): check(text, number, facts)
      case .choice(let choices): check(text, choices, facts)
      case .words(let words): check(text, words, facts)
      }
    switch verdict.kind {
    case .right: isSettled = true
    case .wrong: tries += 1
    case .unreadable, .unknown, .unasked: break
    }
    return verdict
  }

  private func check(
    _ text: String, _ asked: LessonQuestion.NumberAnswer, _ facts: some LessonFacts
  ) -> Verdict {
    let names = lesson.names(at: index)
    let formula: Formula
    do throws(FormulaParser.SyntaxError) {
      formula = try FormulaParser.answer(text, names: names)
    } catch {
      return Verdict(.unreadable, Self.reason(text, error, names))
    }
    do throws(FormulaError) {
      let answer = try formula.value(facts)
      guard answer.isFinite else { return Verdict(.unreadable, "'\(text)' is not a finite number.") }
      let right = try asked.formula.value(facts)
      if asked.tolerance.allows(answer, for: right) { return rightVerdict(facts) }
      for wrong in asked.wrong where asked.tolerance.allows(answer, for: try wrong.answer.value(facts)) {
        return Verdict(.wrong, wrong.feedback.shown(facts).text + helpHint)
      }
      return Verdict(.wrong, Self.direction(answer, right) + helpHint)
    } catch {
      return Verdict(.unknown, "\(error)")
    }
  }

  /// Why an answer cannot be read, with the names that can be used.
  private static func reason(_ text: String, _ error: FormulaParser.SyntaxError, _ names: [NamedFormula]) -> String {
    let known = names.map(\.name).joined(separator: ", ")
    guard let unknown = error.unknownName, !known.isEmpty else {
      return "Can't read '\(text)'; try 0.25, 1e-3 or 0.5^2/3\(known.isEmpty ? "." : ", or a formula of \(known).")"
    }
    return "Can't read '\(text)': there is no '\(unknown)' here. You can use \(known), and numbers."
  }

  /// How a wrong number differs from the right one.
  private static func direction(_ answer: Double, _ right: Double) -> String {
    if answer != 0, right != 0, (answer < 0) != (right < 0) { return "Not quite: check the sign." }
    return abs(answer) > abs(right) ? "Not quite: it is too large." : "Not quite: it is too small."
  }

  private func check(_ text: String, _ choices: [LessonQuestion.Choice], _ facts: some LessonFacts) -> Verdict {
    let typed = text.trimmed.lowercased()
    let letters = Self.letters(choices.count)
    let place =
      letters.firstIndex { typed == $0 || typed == $0 + ")" }
      ?? choices.firstIndex { $0.text.shown(facts).text.lowercased() == typed }
    guard let place else {
      return Verdict(.unreadable, "'\(text)' is not one of the answers: \(letters.joined(separator: ", ")).")
    }
    let choice = choices[place]
    let feedback = choice.feedback?.shown(facts).text
    if choice.isRight { return rightVerdict(facts, feedback: feedback) }
    return Verdict(.wrong, (feedback ?? "Not quite.") + helpHint)
  }

  /// The letters of the choices: a, b, c.
  package static func letters(_ count: Int) -> [String] { "abcdefgh".prefix(count).map(String.init) }

  private func check(_ text: String, _ asked: LessonQuestion.WordsAnswer, _ facts: some LessonFacts) -> Verdict {
    func fits(_ pattern: LessonText) -> Bool? {
      let (shown, problems) = pattern.shown(facts)
      return problems.isEmpty ? WordPattern(shown).matches(text) : nil
    }
    var known = false
    for pattern in asked.patterns {
      guard let fits = fits(pattern) else { continue }
      known = true
      if fits { return rightVerdict(facts) }
    }
    guard known else {
      return Verdict(.unknown, asked.patterns.flatMap { $0.shown(facts).problems }.map(\.description)[0])
    }
    for wrong in asked.wrong where fits(wrong.answer) == true {
      return Verdict(.wrong, wrong.feedback.shown(facts).text + helpHint)
    }
    return Verdict(.wrong, "Not quite." + helpHint)
  }

  private func rightVerdict(_ facts: some LessonFacts, feedback: String? = nil) -> Verdict {
    let parts = ["Right."] + [feedback, step.why?.shown(facts).text].compactMap { $0 }
    return Verdict(.right, parts.joined(separator: " "))
  }

  /// The words 'hint' or 'why' for the feedback to a wrong answer.
  private var helpHint: String {
    if tries + 1 >= Self.triesBeforeSolution { return " 'why' shows the solution." }
    return hintsShown < step.hints.count ? " 'hint' helps." : ""
  }

  // MARK: Actions

  /// Checks whether the awaited action is done.
  ///
  /// - Returns: true only at the first check after it is done.
  package mutating func observe(_ facts: some LessonFacts) -> Bool {
    guard !isFinished, !isSettled, case .action(let action) = step.task else { return false }
    isSettled = action.goals.allSatisfy { $0.holds(facts) }
    return isSettled
  }

  // MARK: Help

  /// The next hint; nil if all are shown.
  package mutating func hint() -> LessonText? {
    guard hintsShown < step.hints.count else { return nil }
    defer { hintsShown += 1 }
    return step.hints[hintsShown]
  }

  /// The solution and the explanation of the step. It unlocks the next step.
  package mutating func explain(_ facts: some LessonFacts) -> String {
    isSettled = true
    var parts: [String] = []
    switch step.task {
    case .read: break
    case .action(let action):
      parts.append("Type " + action.commands.map(\.description).joined(separator: ", then ") + ".")
    case .question(let question):
      if let solution = Self.solution(question.answer, facts) { parts.append("The answer is \(solution).") }
    }
    if let why = step.why?.shown(facts).text { parts.append(why) }
    return parts.isEmpty ? "This step has no explanation." : parts.joined(separator: " ")
  }

  /// The right answer as text; nil if it is not known.
  private static func solution(_ answer: LessonQuestion.Answer, _ facts: some LessonFacts) -> String? {
    switch answer {
    case .number(let number):
      guard let value = try? number.formula.value(facts) else { return nil }
      return LessonNumber.significant(value)
    case .choice(let choices):
      guard let place = choices.firstIndex(where: \.isRight) else { return nil }
      return "\(letters(choices.count)[place]) (\(choices[place].text.shown(facts).text))"
    case .words(let words):
      return words.patterns.first.map { "'\($0.shown(facts).text)'" }
    }
  }

  // MARK: Navigation

  /// Moves to the next step, or past the last one.
  ///
  /// - Returns: false if the step is not settled.
  package mutating func next() -> Bool {
    guard isSettled, !isFinished else { return false }
    if index + 1 < lesson.steps.count {
      go(to: index + 1)
    } else {
      isFinished = true
    }
    return true
  }

  /// Moves to the previous step.
  ///
  /// - Returns: false at the first step.
  package mutating func back() -> Bool {
    if isFinished {
      isFinished = false
      go(to: lesson.steps.count - 1)
      return true
    }
    guard index > 0 else { return false }
    go(to: index - 1)
    return true
  }

  private mutating func go(to step: Int) {
    index = step
    (tries, hintsShown, isSettled) = (0, 0, false)
    settleReading()
  }

  private mutating func settleReading() {
    if case .read = step.task { isSettled = true }
  }
}

/// A pattern of words: `*` matches any text; spaces at the ends and case are ignored.
struct WordPattern {
  private let parts: [String]

  init(_ pattern: String) {
    parts = pattern.trimmed.lowercased().split(separator: "*", omittingEmptySubsequences: false).map(String.init)
  }

  func matches(_ text: String) -> Bool {
    var rest = text.trimmed.lowercased()[...]
    guard let first = parts.first, rest.hasPrefix(first) else { return false }
    guard parts.count > 1, let last = parts.last else { return rest == first }
    rest = rest.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.hasSuffix(last)
  }
}
