import Testing

@testable import Lessons
@testable import RetNet
@testable import RetNetTUI
@testable import TerminalKit

/// The token strip and the progress of tasks, on the screen and in plain mode.
@Suite("Lessons on screen: tokens and tasks", .serialized)
@MainActor struct LessonStripTests {
  private func session(_ name: String, step: Int) async throws -> LessonSession {
    let folder = try LessonFolder()
    let session = LessonSession(loader: { name, _ in try LoadedModel.read(name) }) {
      try LessonLibrary.read(open: $0, folder.progress)
    }
    session.enter(":lesson \(name)")
    for index in 0...step {
      try await session.wait(forStep: index, of: name)
      if index < step { for line in ["why", "next"] { session.enter(line) } }
    }
    return session
  }

  private func lines(_ state: AppState) -> [String] {
    render(state).text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test("A strip shows the session's tokens with their numbers from 0, the current one in brackets")
  func strip() async throws {
    let session = try await session("memory", step: 2)
    session.enter(":goto 6")
    try await session.wait("token 6") { $0.position == 7 }
    for (columns, rows) in [(80, 24), (100, 30), (160, 50)] {
      session.press(.resize(columns: columns, rows: rows))
      let shown = lines(session.state)
      let words = shown[rows - 4].split(separator: " ").map(String.init)
      #expect(words == ["Tokens", "<s>", "▁", "a", "3", "▁", "f", "[7]", "▁", "c", "1", "▁", "?", "f"])
      #expect(shown[rows - 3].split(separator: " ").map(String.init) == ["number"] + (0...12).map(String.init))
      // Each number is under its token.
      for (token, number) in [("[7]", "6"), ("c", "8"), ("?", "11")] {
        let columns = [(shown[rows - 4], token), (shown[rows - 3], " " + number)].map { line, text in
          line.firstRange(of: text).map { line.distance(from: line.startIndex, to: $0.lowerBound) }
        }
        #expect(columns[0] != nil)
        let expected = columns[1].map { token == "[7]" ? $0 : $0 + 1 }
        #expect(columns[0] == expected, "\(token) at \(rows) rows")
      }
    }
  }

  @Test("A click on a token of the strip goes to it")
  func click() async throws {
    let session = try await session("memory", step: 0)
    let strip = try #require(LessonLayout(session.state).strip)
    let item = try #require(strip.items.first { $0.index == 5 })
    session.press(.mouse(MouseEvent(row: strip.area.row, column: item.column, kind: .press)))
    try await session.wait("token 5") { $0.position == 6 }
    #expect(LessonLayout(session.state).strip?.items.count == strip.items.count)
  }

  @Test("A low window drops the strip before it drops the page")
  func low() async throws {
    let session = try await session("memory", step: 1)
    var seen: [Bool] = []
    for rows in 10...30 {
      session.press(.resize(columns: 80, rows: rows))
      let layout = LessonLayout(session.state)
      if layout.strip != nil { #expect(!layout.beside.isEmpty, "\(rows) rows") }
      if let strip = layout.strip { #expect(strip.area.endRow == rows - 2) }
      seen.append(layout.strip != nil)
    }
    #expect(seen.first == false)
    #expect(seen.last == true)
  }

  // MARK: Tasks

  /// The marks of the conditions.
  private func marks(_ state: AppState) throws -> [String] {
    let pane = try #require(LessonLayout(state).pane)
    return pane.text.filter { $0.hasPrefix("  ✓ ") || $0.hasPrefix("  · ") }.map { String($0.dropFirst(2).prefix(1)) }
  }

  @Test("The keys that the memory lesson names clear four heads, and each condition shows when it is done")
  func keys() async throws {
    let session = try await session("memory", step: 4)
    guard case .action(let action)? = session.state.lesson?.walk.step.task else {
      Issue.record("step 5 is a task")
      return
    }
    let words = action.text.shown(AppFacts(session.state)).text
    #expect(words.contains("z ] z ] z ] z →"))
    #expect(try marks(session.state) == ["·", "·", "·", "·", "·"])
    session.press(.escape)
    for (head, key) in ["z", "]", "z", "]", "z", "]", "z"].enumerated() {
      session.press(.character(Character(key)))
      try await session.wait(forStep: 4)
      let cleared = head / 2 + 1
      #expect(try marks(session.state) == (0..<5).map { $0 < cleared ? "✓" : "·" })
      #expect(session.state.lesson?.walk.isSettled == false)
    }
    session.press(.right)
    try await session.wait("the task is done") { $0.lesson?.feedback?.kind == .right }
    #expect(try marks(session.state) == ["✓", "✓", "✓", "✓", "✓"])
    #expect(render(session.state).text.contains("Done. The model's first candidate"), "the reply is visible")
  }

  @Test("A step before all heads are cleared leaves conditions open")
  func tooEarly() async throws {
    let session = try await session("memory", step: 4)
    session.enter(":zero")
    session.enter(":step")
    try await session.wait("the step") { $0.position == 13 && $0.unsettled == 0 }
    #expect(try marks(session.state) == ["✓", "·", "·", "·", "✓"])
    session.enter(":head 1")
    session.enter(":zero")
    try await session.wait(forStep: 4)
    #expect(try marks(session.state) == ["✓", "·", "·", "·", "✓"], "it was cleared after the last token")
    #expect(session.state.lesson?.walk.isSettled == false)
  }

  @Test("Plain mode writes the conditions with the step, and again when one changes")
  func plain() async throws {
    let folder = try LessonFolder()
    let log = LessonLog()
    let lessons = try BundledLessonTests.lessons()
    let walk = try await PlainChat.lesson(
      try LessonCatalog.lesson("norms", among: lessons), among: lessons, streams: log.streams,
      loader: BundledLessonTests.loader, file: folder.progress)
    for line in ["why", "next", "why"] { _ = await walk.run(line: line) }
    _ = log.taken()
    _ = await walk.run(line: "next")
    let begun = log.taken()
    #expect(begun.contains("\n  · norm 2 is on\n  · token 4 is read with it\n"), "\(begun)")
    #expect(begun.contains("\nTokens: 0 <s>  1 ▁  2 a  [3 3]\n"), "\(begun)")
    _ = await walk.run(line: ":norm2 on")
    #expect(log.taken() == "  ✓ norm 2 is on\n  · token 4 is read with it\n")
    _ = await walk.run(line: ":head 0")
    #expect(log.taken().isEmpty)
    _ = await walk.run(line: ":step")
    let done = log.taken()
    #expect(done.contains("  ✓ norm 2 is on\n  ✓ token 4 is read with it\nDone."), "\(done)")
  }
}
