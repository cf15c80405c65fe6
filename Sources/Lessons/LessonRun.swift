/// A learner's way through a lesson. It knows no session: what is asked about one comes from `LessonFacts`.
package struct LessonRun: Sendable, Hashable {
  package let lesson: Lesson
  /// The step at hand, from 0.
  package private(set) var index: Int
  /// Wrong answers to it so far.
  package private(set) var tries = 0
  /// Hints of it that have been given.
  package private(set) var hintsShown = 0
  /// Whether it has been answered, done, or explained.
  package private(set) var isSettled = false
  /// Whether the last step has been left behind.
  package private(set) var isFinished = false

  /// Wrong answers after which the way out is pointed at.
  static let patience = 3

  /// - Parameter step: where to begin; held within the lesson.
  package init(_ lesson: Lesson, at step: Int = 0) {
    self.lesson = lesson
    index = min(max(step, 0), lesson.steps.count - 1)
    settleReading()
  }

  package var step: LessonStep { lesson.steps[index] }

  /// The page that belongs beside the step as it stands; nil where none is named.
  package var page: String? { isSettled ? step.pageAfter ?? step.page : step.page }

  /// What became of an answer.
  package struct Verdict: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
      case right, wrong
      /// No answer of the kind that is asked for.
      case unreadable
      /// The right answer cannot be computed at this moment.
      case unknown
      /// Nothing is asked here.
      case unasked
    }

    package var kind: Kind
    /// The explanation, or a reaction that helps.
    package var text: String

    init(_ kind: Kind, _ text: String) {
      self.kind = kind
      self.text = text
    }
  }

  // MARK: Answers

  package mutating func answer(_ text: String, _ facts: some LessonFacts) -> Verdict {
    guard !isFinished, case .question(let question) = step.task else {
      return Verdict(.unasked, isFinished ? "The lesson is finished." : "Nothing is asked here.")
    }
    let verdict =
      switch question.answer {
      case .number(let number): judge(text, number, facts)
      case .choice(let choices): judge(text, choices, facts)
      case .words(let words): judge(text, words, facts)
      }
    switch verdict.kind {
    case .right: isSettled = true
    case .wrong: tries += 1
    case .unreadable, .unknown, .unasked: break
    }
    return verdict
  }

  private func judge(
    _ text: String, _ asked: LessonQuestion.NumberAnswer, _ facts: some LessonFacts
  ) -> Verdict {
    guard let answer = FormulaParser.arithmetic(text), answer.isFinite else {
      return Verdict(.unreadable, "'\(text)' is no number; 0.25, 1e-3 and 0.5^2/3 are.")
    }
    do throws(FormulaError) {
      let right = try asked.formula.value(facts)
      if asked.tolerance.allows(answer, for: right) { return rightVerdict(facts) }
      for wrong in asked.wrong where asked.tolerance.allows(answer, for: try wrong.cause.value(facts)) {
        return Verdict(.wrong, wrong.text.shown(facts).text + wayOut)
      }
      return Verdict(.wrong, Self.direction(answer, right) + wayOut)
    } catch {
      return Verdict(.unknown, "\(error)")
    }
  }

  /// In what way a number is wrong.
  private static func direction(_ answer: Double, _ right: Double) -> String {
    if answer != 0, right != 0, (answer < 0) != (right < 0) { return "Not this: its sign is the other one." }
    return abs(answer) > abs(right) ? "Not this: it is too large." : "Not this: it is too small."
  }

  private func judge(_ text: String, _ choices: [LessonQuestion.Choice], _ facts: some LessonFacts) -> Verdict {
    let typed = text.trimmed.lowercased()
    let letters = Self.letters(choices.count)
    let place =
      letters.firstIndex { typed == $0 || typed == $0 + ")" }
      ?? choices.firstIndex { $0.text.shown(facts).text.lowercased() == typed }
    guard let place else {
      return Verdict(.unreadable, "'\(text)' is none of the answers: \(letters.joined(separator: ", ")).")
    }
    let choice = choices[place]
    let reaction = choice.reaction?.shown(facts).text
    if choice.isRight { return rightVerdict(facts, before: reaction) }
    return Verdict(.wrong, (reaction ?? "Not this.") + wayOut)
  }

  /// What choices are named by: a, b, c.
  package static func letters(_ count: Int) -> [String] { "abcdefgh".prefix(count).map(String.init) }

  private func judge(_ text: String, _ asked: LessonQuestion.WordsAnswer, _ facts: some LessonFacts) -> Verdict {
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
    for wrong in asked.wrong where fits(wrong.cause) == true {
      return Verdict(.wrong, wrong.text.shown(facts).text + wayOut)
    }
    return Verdict(.wrong, "Not this." + wayOut)
  }

  private func rightVerdict(_ facts: some LessonFacts, before reaction: String? = nil) -> Verdict {
    let parts = ["Right."] + [reaction, step.why?.shown(facts).text].compactMap { $0 }
    return Verdict(.right, parts.joined(separator: " "))
  }

  /// Added to what is said to a wrong answer.
  private var wayOut: String {
    if tries + 1 >= Self.patience { return " 'why' shows the solution." }
    return hintsShown < step.hints.count ? " 'hint' helps." : ""
  }

  // MARK: Actions

  /// Whether the awaited action has been done by now: true once, when it has just come about.
  package mutating func observe(_ facts: some LessonFacts) -> Bool {
    guard !isFinished, !isSettled, case .action(let action) = step.task else { return false }
    do throws(FormulaError) {
      isSettled = try action.condition.value(facts) != 0
    } catch {
      // What the condition is about is not there yet, so it does not hold.
      isSettled = false
    }
    return isSettled
  }

  // MARK: Help

  /// The next hint; nil where all have been given.
  package mutating func hint() -> LessonText? {
    guard hintsShown < step.hints.count else { return nil }
    defer { hintsShown += 1 }
    return step.hints[hintsShown]
  }

  /// The solution and the explanation of the step; the walk may then go on.
  package mutating func explain(_ facts: some LessonFacts) -> String {
    isSettled = true
    var parts: [String] = []
    switch step.task {
    case .read: break
    case .action(let action):
      parts.append("It is done by " + action.commands.map(\.description).joined(separator: ", then ") + ".")
    case .question(let question):
      if let solution = Self.solution(question.answer, facts) { parts.append("The answer is \(solution).") }
    }
    if let why = step.why?.shown(facts).text { parts.append(why) }
    return parts.isEmpty ? "There is nothing to explain here." : parts.joined(separator: " ")
  }

  /// The right answer in words; nil where it is not known.
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

  // MARK: Going on

  /// To the next step, or the end.
  ///
  /// - Returns: false where the step is neither answered, done nor explained yet.
  package mutating func next() -> Bool {
    guard isSettled, !isFinished else { return false }
    if index + 1 < lesson.steps.count {
      go(to: index + 1)
    } else {
      isFinished = true
    }
    return true
  }

  /// To the step before.
  ///
  /// - Returns: false at the first.
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

/// A short pattern: `*` stands for any text, blanks at the ends and case do not count.
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
