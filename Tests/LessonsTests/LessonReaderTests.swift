import Testing

@testable import Lessons

@Suite("Lesson files")
struct LessonReaderTests {
  /// An app with two commands and one page.
  static let checks = LessonChecks(
    command: { line, _ in [":head 1", ":step"].contains(line) ? nil : "There is no command \(line)." },
    page: { $0 == "explore cell" ? nil : "explore cell" })

  static let good = """
    name: short
    title: A short one
    about: What it is about.
    model: recall
    numbers:
      half: gamma(0, 0) / 2
    steps:
      - do: [":head 1", feed: a3, step: 2]
        say: One half of γ is {half | 3}.
        symbols: [S, gamma]
        page: explore cell
      - ask:
          question: What is half of γ?
          number: half
          tolerance: 1 %
          wrong:
            - number: half * 2
              say: That is γ.
        hints: [Divide., By two.]
        why: It is {half}.
      - ask:
          question: Which?
          choices:
            - text: this
              right: true
            - text: that
              say: Not that.
      - ask:
          question: What is said?
          text: ["{piece(1)}", b*]
      - await:
          task: Step.
          until: position > 4
          by: [":step"]
    """

  private func diagnostics(_ text: String) -> [LessonDiagnostic] {
    switch LessonReader.lesson(text, file: "a.yaml", checks: Self.checks) {
    case .success: []
    case .failure(let error): error.diagnostics
    }
  }

  @Test("A valid file becomes a lesson with all its parts")
  func good() throws {
    let lesson = try LessonReader.lesson(Self.good, file: "a.yaml", checks: Self.checks).get()
    #expect([lesson.name, lesson.title, lesson.model] == ["short", "A short one", "recall"])
    #expect(lesson.line == 1)
    #expect(lesson.steps.count == 5)
    #expect(lesson.steps[0].commands == [.app(":head 1"), .feed("a3"), .step(2)])
    #expect(lesson.steps[0].symbols == ["S", "γ"])
    #expect(lesson.steps[0].page == "explore cell")
    #expect(lesson.steps[0].line == 8)
    #expect(lesson.steps[1].hints.count == 2)
    #expect(lesson.steps[1].why != nil)
    guard case .question(let question) = lesson.steps[1].task, case .number(let number) = question.answer else {
      Issue.record("the second step asks for a number")
      return
    }
    #expect(number.tolerance == .relative(0.01))
    #expect(number.wrong.count == 1)
    guard case .action(let action) = lesson.steps[4].task else {
      Issue.record("the fifth step waits for an action")
      return
    }
    #expect(action.commands == [.app(":step")])
  }

  /// Changes of the valid file: the old text, the new text, the line of the fault, and words of its description.
  static let changes: [(String, String, Int, String)] = [
    ("title: A short one", "titel: A short one", 2, "key 'titel'"),
    ("title: A short one\n", "", 1, "a lesson without 'title'"),
    ("name: short", "name: Two Words", 1, "the name 'Two Words'"),
    ("name: short", "name: 12", 1, "the name '12'"),
    ("about: What it is about.", "about: [a, b]", 3, "a list for about"),
    ("about: What it is about.", "about:", 3, "nothing for about"),
    ("half: gamma(0, 0) / 2", "half: gama(0, 0) / 2", 6, "'gama'"),
    ("half: gamma(0, 0) / 2", "half: gamma(0) / 2", 6, "gamma with 1 argument"),
    ("half: gamma(0, 0) / 2", "norm: 3\n  half: 1", 6, "the number's name 'norm'"),
    ("\":head 1\"", "\":hed 1\"", 8, "There is no command :hed 1, expected"),
    ("feed: a3", "fed: a3", 8, "key 'fed'"),
    ("step: 2", "step: many", 8, "'many' for step"),
    ("{half | 3}", "{hlf | 3}", 9, "'hlf' in {hlf | 3}"),
    ("{half | 3}", "{half | x}", 9, "'x' digits"),
    ("{half | 3}", "{half", 9, "'{' without '}'"),
    ("symbols: [S, gamma]", "symbols: [S, omega]", 10, "the symbol 'omega'"),
    ("page: explore cell", "page: explore nothing", 11, "the page 'explore nothing'"),
    ("page: explore cell", "pageAfter: explore cell", 11, "'pageAfter' in a step without a task"),
    ("hints: [Divide., By two.]", "hints: [Divide., By two.]\n    pageAfter: forms", 20, "the pageAfter 'forms'"),
    ("      tolerance: 1 %\n", "", 13, "ask with a number without 'tolerance'"),
    ("tolerance: 1 %", "tolerance: much", 15, "'much' for tolerance"),
    ("tolerance: 1 %", "tolerance: -1", 15, "'-1' for tolerance"),
    ("- number: half * 2", "- nummer: half * 2", 17, "key 'nummer'"),
    ("why: It is {half}.", "why: It is {1 +}.", 20, "the end in {1 +}"),
    ("          right: true\n", "", 24, "0 right choices"),
    ("say: Not that.", "right: true", 24, "2 right choices"),
    ("right: true", "right: yes indeed", 25, "'yes indeed' for right"),
    ("      text: [\"{piece(1)}\", b*]\n", "", 29, "a question without an answer"),
    ("until: position > 4", "until: positon > 4", 33, "'positon'"),
    ("by: [\":step\"]", "by: [\":stop\"]", 34, "There is no command :stop, expected"),
    ("      task: Step.\n", "", 32, "await without 'task'"),
    (
      "  - await:\n      task", "  - say: x\n    ask: {question: a, number: 1, tolerance: 0}\n    await:\n      task",
      34, "'ask' and 'await'"
    ),
  ]

  @Test("Every fault is reported with its line, the text found, and the text expected", arguments: changes)
  func fault(of old: String, new: String, line: Int, words: String) throws {
    let changed = Self.good.replacing(old, with: new, maxReplacements: 1)
    try #require(changed != Self.good, "\(old) is in the file")
    let diagnostics = diagnostics(changed)
    let found = diagnostics.first { $0.line == line && $0.description.contains(words) }
    #expect(found != nil, "\(diagnostics.map(\.description).joined(separator: "\n"))")
    #expect(diagnostics.allSatisfy { !$0.expected.isEmpty && !$0.remedy.isEmpty && $0.file == "a.yaml" })
  }

  /// The faults of a file on a model with 2 layers, 4 heads and states of 8 rows and 6 columns.
  private func diagnosticsOnModel(_ text: String) -> [LessonDiagnostic] {
    let checks = LessonChecks(command: { _, _ in nil }, page: { _ in nil }) { name in
      guard name == "recall" else { throw Unreadable() }
      return ModelShape(layers: 2, heads: 4, headDim: 8, valueDim: 6)
    }
    switch LessonReader.lesson(text, file: "a.yaml", checks: checks) {
    case .success: return []
    case .failure(let error): return error.diagnostics
    }
  }

  private struct Unreadable: Error, CustomStringConvertible { let description = "It has no weights." }

  @Test(
    "A layer, head, row or column that the model does not have is reported with its line and the valid range",
    arguments: [
      ("half: gamma(0, 0) / 2", "half: gamma(7, 0) / 2", 6, "layer 7 of gamma in", "0 to 1"),
      ("half: gamma(0, 0) / 2", "half: 1 + norm(1, 2 * 2)", 6, "head 4 of norm in", "0 to 3"),
      ("{half | 3}", "{key(1, 3, headDim) | 3}", 9, "row 8 of key in {key(1, 3, headDim) | 3}", "0 to 7"),
      ("{half | 3}", "{sum(m, 1, position, valueAt(m, 0, 0, 6)) | 3}", 9, "column 6 of valueAt", "0 to 5"),
      ("- number: half * 2", "- number: sum(i, 0, headDim, query(0, 0, i))", 17, "row 8 of query", "0 to 7"),
      ("until: position > 4", "until: position > 4 and state(0, -1, 0, 0) > 0", 33, "head −1 of state", "0 to 3"),
    ])
  func outsideModel(of old: String, new: String, line: Int, found: String, expected: String) throws {
    let changed = Self.good.replacing(old, with: new, maxReplacements: 1)
    try #require(changed != Self.good, "\(old) is in the file")
    let diagnostics = diagnosticsOnModel(changed)
    #expect(diagnostics.map(\.line) == [line])
    #expect(diagnostics[0].found.contains(found))
    #expect(diagnostics[0].expected == expected)
    #expect(self.diagnostics(changed).isEmpty, "not a fault without a model")
  }

  @Test("A value that depends on the session, or is never computed, is not a fault")
  func insideModel() {
    #expect(diagnosticsOnModel(Self.good).isEmpty)
    for formula in [
      "gamma(layer, head)", "keyAt(position - 7, 1, 3, 7)", "sum(h, 0, heads - 1, norm(layers - 1, h))",
      "heads > 4 and gamma(0, 4) > 0", "written(99, 1, 3, row, column)",
    ] {
      let changed = Self.good.replacing("half: gamma(0, 0) / 2", with: "half: \(formula)")
      #expect(diagnosticsOnModel(changed).isEmpty, "\(formula)")
    }
  }

  @Test("An unreadable model is a fault with its line and the reason")
  func unreadableModel() {
    let diagnostics = diagnosticsOnModel(Self.good.replacing("model: recall", with: "model: lost"))
    #expect(
      diagnostics.map(\.description) == [
        "a.yaml:4: found the model 'lost', which cannot be read, expected a readable model. It has no weights."
      ])
  }

  @Test("A question or task may have one page, or 'none', before its answer and another one after it")
  func pages() throws {
    let pages = "\n    page: none\n    pageAfter: explore cell"
    let text = Self.good.replacing("why: It is {half}.", with: "why: It is {half}." + pages)
      .replacing("by: [\":step\"]", with: "by: [\":step\"]" + pages)
    let lesson = try LessonReader.lesson(text, file: "a.yaml", checks: Self.checks).get()
    #expect(lesson.steps.map(\.page) == ["explore cell", "none", nil, nil, "none"])
    #expect(lesson.steps.map(\.pageAfter) == [nil, "explore cell", nil, nil, "explore cell"])
  }

  @Test("All faults of a file are reported at once, by line")
  func several() {
    let broken = Self.good.replacing("model: recall", with: "modell: recall").replacing("explore cell", with: "nowhere")
    let found = diagnostics(broken)
    #expect(found.map(\.line) == [1, 4, 11])
    #expect("\(LessonFileError(diagnostics: found))".hasSuffix("2 more: retnet lesson --check lists all."))
  }

  @Test("Two steps are too few, nine too many")
  func stepCounts() {
    let opening = "name: a\ntitle: b\nabout: c\nmodel: recall\nsteps:\n"
    for (count, isRight) in [(0, false), (2, false), (3, true), (8, true), (9, false)] {
      let steps = count == 0 ? "  []\n" : String(repeating: "  - say: x\n", count: count)
      let found = diagnostics(opening + steps)
      #expect(found.isEmpty == isRight, "\(count) steps")
      #expect(isRight || found[0].description.contains("found \(count) steps, expected 3 to 8"))
    }
  }

  @Test(
    "A file that is empty or not valid YAML has a fault with a line",
    arguments: [
      ("a: [1", 1), ("", 1), ("name: x\n  title: y", 2), ("name: a\nname: b", 1), ("- a\n- b", 1), ("\tname: a", 1),
    ])
  func noYAML(text: String, line: Int) {
    let found = diagnostics(text)
    #expect(found.count >= 1)
    #expect((found.first?.line ?? 0) >= line)
  }

  @Test("Two lessons with one name give a fault in the second file that names the first")
  func duplicates() throws {
    let first = try LessonReader.lesson(Self.good, file: "a.yaml", checks: Self.checks).get()
    let second = try LessonReader.lesson("# another\n" + Self.good, file: "b.yaml", checks: Self.checks).get()
    let diagnostics = LessonReader.duplicates([first, second])
    #expect(diagnostics.map(\.description).count == 1)
    #expect(diagnostics[0].description.hasPrefix("b.yaml:2: found the name 'short', which a.yaml has too"))
  }
}
