import Lessons

/// Typed lines in a lesson.
extension AppState {
  /// Handles a line without a command: a word of the lesson, or an answer. In the list it names a lesson.
  mutating func takeLessonLine(_ line: String) -> [Effect] {
    guard var open = lesson else {
      if line.isEmpty, let lesson = classroom.lessons?[at: classroom.line] { return self.open(lesson) }
      return line.isEmpty ? [] : [.app(.readLessons(open: line))]
    }
    let facts = AppFacts(self)
    // Whole words only: single letters are answers.
    switch line.lowercased() {
    case "", "next": return nextStep()
    case "back": return stepBefore()
    case "again": return beginStep()
    case "quit": return closeLesson()
    case "hint":
      let hint = classroom.speech.hint(&open.walk, facts)
      lesson = open
      react(hint, .note)
    case "why":
      let explanation = classroom.speech.explanation(&open.walk, facts)
      lesson = open
      react(explanation, .note)
      showPageAfter()
    case let words where words.hasPrefix("?"): return define(String(line.dropFirst()))
    default: answer(line, facts)
    }
    return []
  }

  /// Shows the reply to the learner, at the end of the text.
  mutating func react(_ text: String, _ kind: OpenLesson.Feedback.Kind) {
    lesson?.feedback = .init(text: text, kind: kind)
    lesson?.top = .max
  }

  private mutating func answer(_ text: String, _ facts: AppFacts) {
    guard let open = lesson else { return }
    guard !open.isPreparing else { return say("The step is being prepared. Answer it afterwards.") }
    guard let verdict = lesson?.walk.answer(text, facts) else { return }
    let kind: OpenLesson.Feedback.Kind =
      switch verdict.kind {
      case .right: .right
      case .wrong: .wrong
      case .unreadable, .unasked, .unknown: .note
      }
    react(classroom.speech.reply(verdict), kind)
    if kind == .right { showPageAfter() }
  }

  private mutating func nextStep() -> [Effect] {
    guard let open = lesson else { return [] }
    if open.walk.isFinished {
      let next = classroom.number(of: open.walk.lesson).flatMap { classroom.lessons?[at: $0] }
      if let next { return self.open(next) }
      say("There are no more lessons.")
      return closeLesson()
    }
    guard lesson?.walk.next() == true else { return refuse(LessonMessages.isUnsettled(open.walk.step), isError: false) }
    guard lesson?.walk.isFinished == true else { return goOn() }
    react(classroom.speech.finished(open.walk.lesson), .right)
    return saveProgress()
  }

  private mutating func stepBefore() -> [Effect] {
    guard lesson?.walk.back() == true else { return refuse(LessonMessages.isFirst, isError: false) }
    return beginStep()
  }

  private mutating func define(_ symbol: String) -> [Effect] {
    let symbol = CommandTable.trimmed(symbol)
    if let entry = Glossary.entry(symbol) {
      react(entry.text, .note)
    } else {
      overlay = .glossary(top: 0)
      if !symbol.isEmpty { say("'\(symbol)' is not in the glossary.", isError: true) }
    }
    return []
  }
}
