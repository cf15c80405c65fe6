import Foundation
import Testing

@testable import Lessons

/// The names that answers may use.
@Suite("Names in answers")
struct LessonNamesTests {
  private static let text = """
    name: names
    title: Names
    about: Nothing.
    model: recall
    numbers:
      g: gamma(0, 0)
      hidden: position + 7
    steps:
      - ask:
          question: What is γ² of head 0?
          number: g^2
          tolerance: 0.001
        symbols: [γ, d_k, S]
      - say: "γ is {g | 4}, there are {headDim} rows, and twice {hidden * 2} is no value of hidden."
        ask:
          question: What is γ³?
          number: g^3
          tolerance: 0.0001
        why: Head 1 has {gamma(0, 1)}.
        symbols: [γ, d_k, S]
      - ask:
          question: What is γ of head 1?
          number: gamma(0, 1)
          tolerance: 0.0001
        symbols: [γ]
    """

  private func lesson() throws -> Lesson {
    try LessonReader.lesson(Self.text, file: "a.yaml", checks: LessonReaderTests.checks).get()
  }

  private var facts: HandMadeFacts { HandMadeFacts() }

  private func verdict(_ answer: String, step: Int) throws -> LessonRun.Verdict {
    var run = LessonRun(try lesson(), at: step)
    return run.answer(answer, facts)
  }

  @Test("A name is known once the text has given its value, and not before")
  func given() throws {
    let lesson = try lesson()
    #expect(lesson.names(at: 0).isEmpty)
    #expect(lesson.names(at: 1).map(\.name) == ["g", "γ", "d_k"])
    #expect(lesson.names(at: 2).map(\.name) == ["g", "γ"])
  }

  @Test("A symbol stands for the value that the text gave last")
  func latest() throws {
    let names = try lesson().names(at: 2)
    let value = try #require(names.first { $0.name == "γ" }).formula.value(facts)
    #expect(try value == facts.value(of: .gamma, [0, 1]))
    #expect(try #require(names.first { $0.name == "g" }).formula.value(facts) == facts.value(of: .gamma, [0, 0]))
  }

  @Test(
    "Answers may use symbols, their aliases and the lesson's numbers",
    arguments: [
      "g^3", "γ^3", "γ·γ·γ", "gamma^3", "decay^3", "g*γ^2", "(g^6)^(1/2)", "g^3 * d_k / d_k", "γ^(d_k - d_k + 3)",
    ])
  func expressions(answer: String) throws {
    #expect(try verdict(answer, step: 1).kind == .right)
  }

  @Test("Arithmetic needs no names", arguments: ["0.5^3", "2^-3", "1/8", "0.5·0.5·0.5"])
  func arithmetic(answer: String) throws {
    #expect(try verdict(answer, step: 1).kind == .right)
  }

  @Test("An unknown name is reported with the known ones", arguments: ["q^3", "hidden", "gama", "ξ", "S + 1", "漢"])
  func unknown(answer: String) throws {
    let verdict = try verdict(answer, step: 1)
    #expect(verdict.kind == .unreadable)
    #expect(verdict.text.contains("You can use g, γ, d_k, and numbers."), "\(verdict.text)")
  }

  @Test("Without names, an unknown one gets an example", arguments: ["γ^2", "g^2", "nine"])
  func none(answer: String) throws {
    let verdict = try verdict(answer, step: 0)
    #expect(verdict.kind == .unreadable)
    #expect(verdict.text == "Can't read '\(answer)'; try 0.25, 1e-3 or 0.5^2/3.")
  }

  @Test(
    "Quantities stay unknown, and a faulty or endless formula is unreadable",
    arguments: [
      "gamma(0, 0)^3", "state(0, 0, 0, 0)", "position", "piece(1)", "g^", "((g", "1/0", "g^99999999*1e300^9", "",
    ])
  func refused(answer: String) throws {
    #expect(try verdict(answer, step: 1).kind == .unreadable)
  }
}

/// Tasks with several conditions.
@Suite("Conditions of a task")
struct LessonGoalTests {
  private static let text = """
    name: goals
    title: Goals
    about: Nothing.
    model: recall
    steps:
      - say: One.
      - say: Two.
      - await:
          task: Do both.
          until:
            - say: "{position} tokens are read"
              when: position > 3
            - say: the norm is on
              when: norm1 == on
          by: [":step"]
    """

  private func read(_ text: String) -> Result<Lesson, LessonFileError> {
    LessonReader.lesson(text, file: "a.yaml", checks: LessonReaderTests.checks)
  }

  @Test("A task is done once all its conditions hold at the same time")
  func all() throws {
    var run = LessonRun(try read(Self.text).get(), at: 2)
    var facts = HandMadeFacts()
    guard case .action(let action) = run.step.task else {
      Issue.record("the step has a task")
      return
    }
    let cases: [(Double, Double?, [Bool])] = [
      (3, nil, [false, false]), (3, 1, [false, true]), (4, 0, [true, false]),
    ]
    for (position, norm1, holds) in cases {
      (facts.numbers[.position], facts.numbers[.norm1]) = (position, norm1)
      #expect(action.goals.map { $0.holds(facts) } == holds)
      let isDone = run.observe(facts)
      #expect(!isDone)
    }
    facts.numbers[.norm1] = 1
    let isDone = run.observe(facts)
    #expect(isDone)
    #expect(action.goals.map { $0.text?.shown(facts).text } == ["4 tokens are read", "the norm is on"])
  }

  @Test("Every text and formula of a condition belongs to the step")
  func parts() throws {
    let step = try read(Self.text.replacing("norm1 == on", with: "formGap < 1")).get().steps[2]
    #expect(step.formulas.count == 2)
    #expect(step.readings == [.forms])
    #expect(step.texts.flatMap(\.quantities).contains(.position))
  }

  @Test(
    "A faulty condition is reported with its line",
    arguments: [
      ("say: the norm is on", "says: the norm is on", 13, "key 'says'"),
      ("        - say: the norm is on\n          when", "        - when", 13, "until without 'say'"),
      ("          when: norm1 == on\n", "", 13, "until without 'when'"),
      ("when: norm1 == on", "when: nrm1 == on", 14, "'nrm1'"),
      ("{position}", "{positon}", 11, "'positon'"),
    ])
  func faults(old: String, new: String, line: Int, words: String) throws {
    let changed = Self.text.replacing(old, with: new)
    try #require(changed != Self.text)
    guard case .failure(let error) = read(changed) else {
      Issue.record("the file has a fault")
      return
    }
    #expect(
      error.diagnostics.contains { $0.line == line && $0.description.contains(words) },
      "\(error.diagnostics.map(\.description))")
  }

  @Test("An empty list and a list of plain conditions are faults")
  func plain() {
    let head = Self.text.components(separatedBy: "      until:")[0]
    for until in ["      until: []\n", "      until: [position > 3]\n"] {
      guard case .failure(let error) = read(head + until + "      by: [\":step\"]\n") else {
        Issue.record("\(until) is a fault")
        continue
      }
      #expect(error.diagnostics.contains { $0.line == 10 }, "\(error.diagnostics.map(\.description))")
    }
  }
}
