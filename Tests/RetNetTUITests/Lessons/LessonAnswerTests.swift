import Foundation
import Testing

@testable import Lessons
@testable import RetNet
@testable import RetNetTUI
@testable import TerminalKit

/// No question can be answered by reading: neither the page beside it, nor its text, shows the right answer.
@Suite("Lessons on screen: answers", .serialized)
@MainActor struct LessonAnswerTests {
  /// The sizes of the screen tests. In the smallest one the text is alone.
  private nonisolated static let sizes = [(80, 24), (100, 30), (120, 36), (160, 50), (200, 60), (40, 10)]

  /// Steps, from 0, whose page shows the answer as a number with another meaning.
  private nonisolated static let onPage: [String: [Int: String]] = [
    "parallel": [1: "The answer is 0, the number of a token and a head."]
  ]

  /// Steps whose text has to state the number.
  private nonisolated static let inText: [String: [Int: String]] = [
    "xpos": [2: "The same product at another position: the question is whether it changes."],
    "limits": [2: "d_k keys can be orthogonal, and the text says what d_k is."],
    "mistakes": [3: "The answer is 1, as in 'chunk 1'."],
  ]

  /// Everything that the pages and the lessons can write for a number, without signs and spaces. Short forms such as `1`
  /// for 0.98 are not among them.
  nonisolated static func spellings(of value: Double) -> Set<String> {
    let plain = LessonNumber.Format.plain
    var texts = [LessonNumber.text(value, plain), LessonNumber.significant(value)]
    texts += (1...8).map { LessonNumber.text(value, .decimals($0)) }
    texts += (1...5).map { LessonNumber.text(value, .scientific($0)) }
    texts += [Numbers.signed(Float(value)), Numbers.magnitude(abs(value)), Numbers.plain(value)]
    texts += [Numbers.decay(value), Numbers.halfLife(abs(value)), Numbers.scaled(abs(value))]
    if abs(value) <= 1 { texts.append(Numbers.percent(abs(value))) }
    if value == value.rounded() { texts += [Numbers.grouped(Int(value)), Numbers.bytes(Int(abs(value)))] }
    let isWhole = value == value.rounded()
    return Set(texts.map(bare)).filter { text in
      let digits = text.filter(\.isNumber).drop { $0 == "0" }
      return isWhole ? Double(text.replacing(",", with: "")) == abs(value) : digits.count >= 3
    }
  }

  private nonisolated static func bare(_ text: String) -> String {
    let bare = text.filter { !" +-−".contains($0) || $0 == "e" }
    return bare.hasPrefix(".") ? "0" + bare : bare
  }

  private nonisolated static func numbers(in text: String) -> Set<String> {
    Set(text.matches(of: /[0-9.,]*[0-9](e-?[0-9]+)?%?/).map { bare(String($0.output.0)) })
  }

  @Test("A number is found in every spelling, and not inside another number")
  func spelled() {
    for (value, text) in [
      (0.909_149, "γ .90915"), (0.909_149, "D +0.909"), (0.909_149, "90.9%"), (-28.731, "−28.73"), (4608.0, "4,608"),
      (18, "= 18,"), (18, "+18.00"), (21.83, "half-life 21.8"), (2.5e-7, "2.50e-07"),
    ] {
      #expect(!Self.spellings(of: value).isDisjoint(with: Self.numbers(in: text)), "\(value) in \(text)")
    }
    for (value, text) in [(0.909_149, "0.99"), (18.0, "118 and 1.8 and 180"), (0.98, "1 head"), (0.909, "0.9")] {
      #expect(Self.spellings(of: value).isDisjoint(with: Self.numbers(in: text)), "\(value) in \(text)")
    }
  }

  /// The page and the text of a state at every size.
  private nonisolated static func parts(_ state: AppState) -> (pages: String, text: String) {
    let screens = sizes.map { columns, rows in
      var state = state
      state.resize(columns: columns, windowRows: rows)
      let layout = LessonLayout(state)
      let lines = render(state).fullText.split(separator: "\n", omittingEmptySubsequences: false)
      let page = (layout.beside.row..<layout.beside.endRow).map { row in
        String(lines[row].dropFirst(layout.beside.column).prefix(layout.beside.columns))
      }
      return (page.joined(separator: "\n"), layout.pane?.text.joined(separator: " ") ?? "")
    }
    return (screens.map(\.0).joined(separator: "\n"), screens.map(\.1).joined(separator: "\n"))
  }

  @Test("Neither the page beside a question nor its text shows the answer", arguments: BundledLessonTests.names)
  func hidden(name: String) async throws {
    let session = try await LessonSession.open(name)
    let steps = try #require(session.state.lesson?.walk.lesson.steps)
    var asked = 0
    for (index, step) in steps.enumerated() {
      try await session.wait(forStep: index, of: name)
      try await session.wait("the page") { !$0.lab.isWaiting }
      let state = session.state
      let place = "\(name), step \(index + 1)"
      if case .question(let question) = step.task {
        asked += 1
        let (pages, text) = await Task.detached { Self.parts(state) }.value
        let facts = AppFacts(state)
        switch question.answer {
        case .number(let number):
          let answer = try number.formula.value(facts)
          let spellings = Self.spellings(of: answer)
          let onPage = spellings.intersection(Self.numbers(in: pages))
          #expect(onPage.isEmpty == (Self.onPage[name]?[index] == nil), "\(place), \(answer): \(onPage) on the page")
          let inText = spellings.intersection(Self.numbers(in: text))
          #expect(inText.isEmpty == (Self.inText[name]?[index] == nil), "\(place), \(answer): \(inText) in the text")
        case .choice(let choices):
          let right = choices.first(where: \.isRight)?.text.shown(facts).text ?? ""
          #expect(!pages.contains(right), "\(place)")
        case .words(let words):
          // The text that the model has read contains the word, but no page marks it as the next one.
          for pattern in words.patterns { #expect(!pages.contains("▸1  " + pattern.shown(facts).text), "\(place)") }
        }
      }
      session.enter("why")
      session.enter("next")
    }
    #expect(asked > 0)
    #expect(session.state.lesson?.walk.isFinished == true)
  }

  @Test("The explanation does not repeat the solution that stands before it", arguments: BundledLessonTests.names)
  func explained(name: String) async throws {
    let session = try await LessonSession.open(name)
    let steps = try #require(session.state.lesson?.walk.lesson.steps)
    for (index, step) in steps.enumerated() {
      try await session.wait(forStep: index, of: name)
      try await session.wait("the page") { !$0.lab.isWaiting }
      if case .question(let question) = step.task, case .number(let number) = question.answer, let why = step.why {
        let facts = AppFacts(session.state)
        let solution = Self.bare(LessonNumber.significant(try number.formula.value(facts)))
        let repeated = solution.count > 1 && Self.numbers(in: why.shown(facts).text).contains(solution)
        #expect(!repeated, "\(name), step \(index + 1): \(solution)")
      }
      session.enter("why")
      session.enter("next")
    }
  }
}
