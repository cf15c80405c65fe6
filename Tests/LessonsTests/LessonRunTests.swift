import Testing

@testable import Lessons

/// A lesson run in a class, so that expectations can call its mutating methods.
private final class Walker {
  var walk: LessonRun

  init(_ walk: LessonRun) { self.walk = walk }

  var index: Int { walk.index }
  var tries: Int { walk.tries }
  var hintsShown: Int { walk.hintsShown }
  var isSettled: Bool { walk.isSettled }
  var isFinished: Bool { walk.isFinished }

  func answer(_ text: String, _ facts: HandMadeFacts) -> LessonRun.Verdict { walk.answer(text, facts) }
  func observe(_ facts: HandMadeFacts) -> Bool { walk.observe(facts) }
  func hint() -> LessonText? { walk.hint() }
  func explain(_ facts: HandMadeFacts) -> String { walk.explain(facts) }
  func next() -> Bool { walk.next() }
  func back() -> Bool { walk.back() }
}

@Suite("A walk through a lesson")
struct LessonRunTests {
  private let lesson: Lesson
  private let facts = HandMadeFacts()

  init() throws {
    let text = """
      name: walk
      title: A walk
      about: Nothing.
      model: recall
      steps:
        - say: Read this.
        - ask:
            question: How many?
            number: position + 1
            tolerance: 0.1
            wrong:
              - number: position
                say: One more than {position}.
          hints: [Count., "It is above {position}."]
          why: There were {position | 1}.
        - ask:
            question: Which?
            choices:
              - text: "{position} of them"
                say: Too few.
              - text: all
                right: true
                say: All of them.
        - ask:
            question: What is said?
            text: ["{piece(1)}", "*well*done*"]
            wrong: [{text: c, say: That is the last.}]
        - await:
            task: Step on.
            until: tokens > 4
            by: [":step"]
          why: Now there are {tokens}.
      """
    lesson = try LessonReader.lesson(text, file: "walk.yaml", checks: LessonReaderTests.checks).get()
  }

  private func walk(at step: Int) -> Walker { Walker(LessonRun(lesson, at: step)) }

  @Test("A step without a task can be left at once, one with a question cannot")
  func continuing() {
    let walk = walk(at: 0)
    #expect(walk.answer("5", facts).kind == .unasked)
    #expect(walk.next())
    #expect(walk.index == 1)
    #expect(!walk.next())
    #expect(walk.index == 1)
    #expect(walk.answer("5", facts).kind == .right)
    #expect(walk.next())
    #expect(walk.index == 2)
    #expect(walk.back())
    #expect(walk.index == 1)
    #expect(!walk.isSettled)
    #expect(walk.back())
    #expect(!walk.back())
  }

  @Test(
    "A number within the tolerance is right and gets the explanation",
    arguments: [("5", true), ("5.09", true), ("4.91", true), ("5.11", false), ("10/2", true), ("-5", false)])
  func numbers(text: String, isRight: Bool) {
    let walk = walk(at: 1)
    let verdict = walk.answer(text, facts)
    #expect(verdict.kind == (isRight ? .right : .wrong))
    #expect(!isRight || verdict.text == "Right. There were 4.0.")
  }

  @Test("A wrong answer gets its own feedback, or else how it differs from the right one")
  func feedback() {
    let walk = walk(at: 1)
    #expect(walk.answer("4", facts).text == "One more than 4. 'hint' helps.")
    #expect(walk.answer("9", facts).text == "Not quite: it is too large. 'hint' helps.")
    #expect(walk.answer("-9", facts).text == "Not quite: check the sign. 'why' shows the solution.")
    #expect(walk.tries == 3)
    #expect(walk.answer("lots", facts).kind == .unreadable)
    #expect(walk.tries == 3, "an unreadable answer is not a try")
  }

  @Test("An answer is neither right nor wrong while the right answer is unknown")
  func unknown() throws {
    var facts = facts
    facts.numbers[.position] = nil
    let walk = walk(at: 1)
    #expect(walk.answer("5", facts).kind == .unknown)
    #expect(walk.tries == 0)
    #expect(!walk.isSettled)
  }

  @Test("Hints come in order, then none; the solution settles the step")
  func help() {
    let walk = walk(at: 1)
    #expect(walk.hint()?.shown(facts).text == "Count.")
    #expect(walk.hint()?.shown(facts).text == "It is above 4.")
    #expect(walk.hint() == nil)
    #expect(walk.hintsShown == 2)
    #expect(walk.explain(facts) == "The answer is 5. There were 4.0.")
    #expect(walk.next())
    #expect(walk.hintsShown == 0)
  }

  @Test(
    "A choice is answered by letter or by words",
    arguments: [("b", true), ("B)", true), ("all", true), ("ALL", true), ("a", false), ("4 of them", false)])
  func choices(text: String, isRight: Bool) {
    let walk = walk(at: 2)
    let verdict = walk.answer(text, facts)
    #expect(verdict.kind == (isRight ? .right : .wrong))
    #expect(verdict.text.contains(isRight ? "All of them." : "Too few."))
    #expect(walk.answer("z", facts).kind == .unreadable)
  }

  @Test(
    "Text answers ignore case and spaces, and a star matches any text",
    arguments: [
      ("b", true), (" B ", true), ("well done", true), ("oh well, it is done!", true), ("done well", false),
      ("c", false),
      ("", false),
    ])
  func words(text: String, isRight: Bool) {
    let walk = walk(at: 3)
    let verdict = walk.answer(text, facts)
    #expect(verdict.kind == (isRight ? .right : .wrong))
    #expect(text != "c" || verdict.text.hasPrefix("That is the last."))
  }

  @Test("An action completes once, when its condition holds; an unknown value does not hold")
  func actions() {
    let walk = walk(at: 4)
    var facts = facts
    #expect(!walk.observe(facts))
    #expect(!walk.next())
    facts.numbers[.tokens] = 4
    #expect(!walk.observe(facts))
    facts.numbers[.tokens] = 5
    #expect(walk.observe(facts))
    #expect(!walk.observe(facts))
    #expect(walk.next())
    #expect(walk.isFinished)
    #expect(!walk.next())
    #expect(walk.answer("5", facts).kind == .unasked)
    #expect(walk.back())
    #expect(walk.index == 4)
    #expect(!walk.isFinished)
    #expect(walk.explain(facts) == "Type :step. Now there are 5.")
  }

  @Test("Progress has the last step of a lesson, whether it is finished, and the next lesson")
  func progress() throws {
    var other = lesson
    other.name = "other"
    let all = [lesson, other]
    var progress = LessonProgress()
    #expect(progress.next(of: all)?.name == "walk")
    let walk = walk(at: 3)
    progress.record(walk.walk)
    #expect(progress["walk"]?.step == 3)
    #expect(progress["walk"]?.isFinished == false)
    let last = self.walk(at: 4)
    _ = last.explain(facts)
    _ = last.next()
    progress.record(last.walk)
    #expect(progress["walk"]?.step == 0)
    #expect(progress["walk"]?.isFinished == true)
    #expect(progress.next(of: all)?.name == "other")
    progress.record(self.walk(at: 2).walk)
    #expect(progress["walk"]?.isFinished == true, "a finished lesson stays finished")
    #expect(progress.next(of: all)?.name == "walk", "it is in progress again")
    progress.forget("walk")
    #expect(progress["walk"] == nil)
    #expect(progress.last == nil)
  }

  @Test("A step outside the lesson is clamped to its first or last")
  func held() {
    #expect(walk(at: 99).index == 4)
    #expect(walk(at: -3).index == 0)
  }

  @Test("The glossary finds a symbol as written and as typed, and every name has one meaning")
  func glossary() {
    for (typed, symbol) in [
      ("γ", "γ"), ("gamma", "γ"), ("zeta", "ζ"), ("S_n", "S"), ("WO", "W_O"), ("eps", "ε"), ("Q", "q"),
    ] {
      #expect(Glossary.entry(typed)?.symbol == symbol)
    }
    #expect(Glossary.entry("nothing") == nil)
    let names = Glossary.entries.flatMap { [$0.symbol] + $0.aliases }
    #expect(Set(names).count == names.count)
    for needed in ["S", "z", "c", "γ", "D", "ξ", "ζ", "r_n", "R", "q", "k", "v", "o", "W_G", "ε"] {
      #expect(
        Glossary.entries.contains {
          $0.symbol == needed && $0.source.contains("Eq") || $0.symbol == needed && $0.source.contains("Section")
        })
    }
  }
}
