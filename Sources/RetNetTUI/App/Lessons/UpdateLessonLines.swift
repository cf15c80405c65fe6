import Lessons

/// What a learner types in a lesson on the screen.
extension AppState {
  /// A line that is no command: a word of the lesson, or an answer. In the list it names a lesson.
  mutating func takeLessonLine(_ line: String) -> [Effect] {
    guard var open = classroom.open else {
      if classroom.opening != nil {
        sayChangingSession()
        return []
      }
      if line.isEmpty, let lesson = classroom.lessons?[at: classroom.line] { return self.open(lesson) }
      return line.isEmpty ? [] : [.readLessons(open: line)]
    }
    let facts = AppFacts(self)
    // Whole words alone: single letters are answers.
    switch line.lowercased() {
    case "", "next": return nextStep()
    case "back": return stepBefore()
    case "again": return beginStep()
    case "quit": return quitLesson()
    case "hint":
      let hint = LessonMessages.screen.hint(&open.walk, facts)
      classroom.open = open
      react(hint, .note)
    case "why":
      let explanation = LessonMessages.screen.explanation(&open.walk, facts)
      classroom.open = open
      react(explanation, .note)
      showPageAfter()
    case let words where words.hasPrefix("?"): return define(String(line.dropFirst()))
    default: answer(line, facts)
    }
    return []
  }

  private mutating func react(_ text: String, _ kind: OpenLesson.Feedback.Kind) {
    classroom.open?.feedback = .init(text: text, kind: kind)
    classroom.open?.top = .max  // what is said stands at the end
  }

  private mutating func answer(_ text: String, _ facts: AppFacts) {
    guard let open = classroom.open else { return }
    guard !open.isPreparing else { return say("The step is being prepared; then it takes an answer.") }
    guard let verdict = classroom.open?.walk.answer(text, facts) else { return }
    let kind: OpenLesson.Feedback.Kind =
      switch verdict.kind {
      case .right: .right
      case .wrong: .wrong
      case .unreadable, .unasked, .unknown: .note
      }
    react(LessonMessages.screen.reply(verdict), kind)
    if kind == .right { showPageAfter() }
  }

  private mutating func quitLesson() -> [Effect] {
    guard !classroom.isLeaving else { return [] }
    classroom.isLeaving = true
    return [.pause, .closeLesson]
  }

  private mutating func nextStep() -> [Effect] {
    guard let open = classroom.open else { return [] }
    if open.walk.isFinished {
      let next = classroom.number(of: open.walk.lesson).flatMap { classroom.lessons?[at: $0] }
      return next.map { self.open($0) } ?? quitLesson()
    }
    guard classroom.open?.walk.next() == true else {
      say(LessonMessages.isUnsettled(open.walk.step))
      return []
    }
    guard classroom.open?.walk.isFinished == true else { return goOn() }
    react(LessonMessages.finished(open.walk.lesson, opensNext: "Enter"), .right)
    return saveProgress()
  }

  private mutating func stepBefore() -> [Effect] {
    guard classroom.open?.walk.back() == true else {
      say(LessonMessages.isFirst)
      return []
    }
    return beginStep()
  }

  private mutating func define(_ symbol: String) -> [Effect] {
    let symbol = CommandTable.trimmed(symbol)
    if let entry = Glossary.entry(symbol) { react(entry.text, .note) } else { overlay = .glossary(top: 0) }
    return []
  }
}
