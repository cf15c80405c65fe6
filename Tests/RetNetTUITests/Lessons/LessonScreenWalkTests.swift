import Testing

@testable import Lessons
@testable import RetNet
@testable import RetNetTUI
@testable import TerminalKit

/// Every bundled lesson from start to end, on the screen and with its model.
@Suite("Lessons on screen: the bundled ones", .serialized)
@MainActor struct LessonScreenWalkTests {
  private nonisolated static let sizes = [(80, 24), (100, 30), (160, 50), (40, 10)]

  /// The chat model is too large for plain loops; its lesson is about its shape alone.
  private func run(_ session: LessonSession) throws -> PlainRun {
    let name = try #require(session.state.model?.name)
    return PlainRun(try BundledLessonTests.model(name).model, session.state, reads: name == "recall")
  }

  @Test("A wrong and then a right answer to each question complete every lesson", arguments: BundledLessonTests.names)
  func walk(name: String) async throws {
    let script = try #require(LessonScripts.all[name])
    let session = try await LessonSession.open(name)
    let steps = try #require(session.state.lesson?.walk.lesson.steps)
    for (index, step) in steps.enumerated() {
      try await session.wait(forStep: index, of: name)
      let place = "\(name), step \(index + 1)"
      expectNoProblems(session.state, place)
      await expectWholeScreens(session.state, place)
      switch script[index] {
      case nil: break
      case .answer(let right, let wrong)?:
        let run = try run(session)
        for (line, kind) in [(wrong(run), OpenLesson.Feedback.Kind.wrong), (right(run), .right)] {
          session.enter(line)
          #expect(session.state.lesson?.feedback?.kind == kind, "\(place): \(line)")
        }
      case .actions(let lines)?:
        for line in lines {
          #expect(session.state.lesson?.feedback == nil, "\(place): before \(line)")
          session.enter(line)
          #expect(session.state.notice?.isError != true, "\(place): \(line)")
          try await session.wait(forStep: index, of: name)
          try await session.wait("the page") { !$0.lab.isWaiting }
        }
        #expect(session.state.lesson?.feedback?.kind == .right, "\(place)")
      }
      #expect(step.why == nil || index == 0 || session.state.lesson?.walk.isSettled == true, "\(place)")
      expectNoProblems(session.state, place)
      await expectWholeScreens(session.state, place + ", answered")
      session.enter("next")
    }
    #expect(session.state.lesson?.walk.isFinished == true)
    #expect(session.saved.last?[name]?.isFinished == true)
    await expectWholeScreens(session.state, "\(name), finished")
    session.enter("quit")
    try await session.waitOutside()
  }

  /// Numbers that a part of the screen shows, a percentage as a share.
  private func numbers(_ state: AppState, _ part: (LessonLayout) -> Rectangle) -> [Double] {
    Self.sizes.flatMap { columns, rows in
      var state = state
      (state.columns, state.rows) = (columns, rows)
      let area = part(LessonLayout(state))
      let lines = render(state).fullText.split(separator: "\n", omittingEmptySubsequences: false)
      return (area.row..<area.endRow).flatMap { row in
        let line = String(lines[row].dropFirst(area.column).prefix(area.columns)).replacing("−", with: "-")
        return line.matches(of: /[-+]?[0-9]*\.?[0-9]+(e-?[0-9]+)?%?/).compactMap { match in
          let text = match.output.0
          return text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
        }
      }
    }
  }

  /// The lesson about costs is excluded: a half-life on its pages is close to one of the sizes in its questions.
  @Test(
    "No page shows the answer to a question before it is given; the page after the answer shows it",
    arguments: BundledLessonTests.names.filter { $0 != "costs" })
  func answersAreHidden(name: String) async throws {
    let script = try #require(LessonScripts.all[name])
    let session = try await LessonSession.open(name)
    let steps = try #require(session.state.lesson?.walk.lesson.steps)
    // The numbers shown in this step and the previous ones.
    var seen: [Double] = []
    for (index, step) in steps.enumerated() {
      try await session.wait(forStep: index, of: name)
      try await session.wait("the page") { !$0.lab.isWaiting }
      seen += numbers(session.state, \.beside)
      if case .question(let question) = step.task, case .number(let asked) = question.answer,
        case .answer(let right, _)? = script[index], let answer = Double(right(try run(session))),
        answer != answer.rounded(),
        !numbers(session.state, \.text).contains(where: { asked.tolerance.allows($0, for: answer) })
      {
        let place = "\(name), step \(index + 1), \(answer)"
        #expect(!seen.contains { asked.tolerance.allows($0, for: answer) }, "\(place)")
        session.enter("\(answer)")
        #expect(session.state.lesson?.walk.isSettled == true, "\(place)")
        try await session.wait("the page") { !$0.lab.isWaiting }
        let after = numbers(session.state, \.beside)
        #expect(step.pageAfter == nil || after.contains { asked.tolerance.allows($0, for: answer) }, "\(place)")
        seen += after
      } else {
        session.enter("why")
        seen += numbers(session.state, \.beside)
      }
      session.enter("next")
    }
    #expect(session.state.lesson?.walk.isFinished == true)
  }

  @Test("The question about the next token shows the state; after the answer the page shows the candidates")
  func memory() async throws {
    let session = try await LessonSession.open("memory")
    session.press(.resize(columns: 160, rows: 50))
    func beside() -> String {
      let area = LessonLayout(session.state).beside
      let lines = render(session.state).fullText.split(separator: "\n", omittingEmptySubsequences: false)
      return (area.row..<area.endRow).map { String(lines[$0].dropFirst(area.column)) }.joined(separator: "\n")
    }
    #expect(beside().contains("Head  layer 1 head 0"))
    #expect(!beside().contains("▸1  7"))
    session.enter("7")
    #expect(beside().contains("Prediction"))
    #expect(beside().contains("▸1  7"))
  }

  @Test("A norm chosen before ':back' is that of the step after it, so either order completes the task")
  func normsInEitherOrder() async throws {
    for lines in [[":back", ":norm1 off", ":step"], [":norm1 off", ":back", ":step"]] {
      let session = try await LessonSession.open("group-norm")
      for index in 0..<3 {
        try await session.wait(forStep: index, of: "group-norm")
        session.enter("why")
        session.enter("next")
      }
      try await session.wait(forStep: 3, of: "group-norm")
      for line in lines {
        session.enter(line)
        try await session.wait(forStep: 3, of: "group-norm")
      }
      #expect(session.state.lesson?.feedback?.kind == .right, "\(lines)")
    }
  }

  @Test("A page with room for one matrix shows D beside a question about D, and R beside one about R")
  func matrixOfTheStep() async throws {
    let session = try await LessonSession.open("parallel")
    session.press(.resize(columns: 120, rows: 36))
    for (index, name) in ["D  ", "D  ", nil, nil, nil, "R  "].enumerated() {
      try await session.wait(forStep: index, of: "parallel")
      try await session.wait("the page") { !$0.lab.isWaiting }
      let area = LessonLayout(session.state).beside
      let lines = render(session.state).fullText.split(separator: "\n", omittingEmptySubsequences: false)
      let page = (area.row..<area.endRow).map { String(lines[$0].dropFirst(area.column + 1)) }
      if let name { #expect(page.contains { $0.hasPrefix(name) }, "step \(index): \(page)") }
      session.enter("why")
      session.enter("next")
    }
  }

  /// Expects a value for every number that the step states.
  private func expectNoProblems(_ state: AppState, _ place: String) {
    guard let open = state.lesson else { return }
    let page = LessonPage(open.walk, number: nil, of: 0, facts: AppFacts(state))
    #expect(open.problems + page.problems == [], "\(place)")
  }

  // MARK: The screen

  /// Off the main actor, so that other tests do not wait.
  private func expectWholeScreens(_ state: AppState, _ place: String) async {
    await Task.detached { Self.expectWholeScreens(state, place) }.value
  }

  /// As in the laboratory's test: a number cut off at an edge is not among the numbers of wide screens.
  private nonisolated static func expectWholeScreens(_ state: AppState, _ place: String) {
    let known = knownNumbers(state)
    for (columns, rows) in sizes {
      var state = state
      (state.columns, state.rows) = (columns, rows)
      let size = "\(place) at \(columns)×\(rows)"
      let layout = LessonLayout(state)
      let pane = LessonPane(state, area: layout.text)
      var seen: [String] = []
      for top in 0...pane.lastTop {
        state.lesson?.top = top
        let grid = render(state)
        #expect(grid.columns == columns, "\(size)")
        #expect(grid.rows == rows, "\(size)")
        let lines = grid.fullText.split(separator: "\n", omittingEmptySubsequences: false)
        func part(_ area: Rectangle) -> [String] {
          (area.row..<area.endRow).map { String(lines[$0].dropFirst(area.column).prefix(area.columns)) }
        }
        // Without the column of the arrows.
        let text = part(layout.text).map { String($0.dropLast()) }
        let shown = text.map { String($0.dropFirst()).trimmedAtEnd }
        seen += seen.isEmpty ? shown : shown.suffix(1)
        for line in text + part(layout.beside) {
          let last = line.matches(of: number).last { $0.range.upperBound == line.endIndex }
          if let last { #expect(known.contains(String(last.output.0)), "\(size): \(line)") }
        }
      }
      // Scrolling from the top shows the whole text.
      #expect(Array(seen.prefix(pane.lines.count)) == pane.text.map(\.trimmedAtEnd), "\(size)")
    }
  }

  private nonisolated static var number: Regex<(Substring, Substring?)> { /[−+]?[0-9][0-9.,]*(e-?[0-9]+)?[0-9]/ }

  private nonisolated static func knownNumbers(_ state: AppState) -> Set<String> {
    var lines = LessonPane(state, area: Rectangle(row: 0, column: 0, rows: 9, columns: 400)).text
    var state = state
    state.view = state.shownView
    for columns in [40, 46, 60, 80, 93, 160, 260] {
      (state.columns, state.rows) = (columns, 70)
      lines += render(state).fullText.split(separator: "\n").map(String.init)
    }
    return Set(lines.flatMap { $0.matches(of: number).map { String($0.output.0) } })
  }
}

extension String {
  fileprivate var trimmedAtEnd: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
