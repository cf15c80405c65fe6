import Testing

@testable import RetNetTUI
@testable import TerminalKit

/// Messages of several lines, and pasted text.
@Suite("Drafts of several lines")
struct DraftTests {
  private func press(_ keys: Key..., in state: inout AppState) {
    for key in keys { _ = update(&state, .key(key)) }
  }

  private func cursorText(_ state: AppState) -> String {
    var shown = state.input.characters
    shown.insert("|", at: state.input.cursor)
    return String(shown)
  }

  @Test("Alt-Enter and Ctrl-J begin a new line; Enter sends all of them as one message")
  func newLine() {
    var state = Fixtures.ready()
    Fixtures.type("one", &state)
    press(.alt(.enter), in: &state)
    Fixtures.type("two", &state)
    press(.control("j"), in: &state)
    Fixtures.type("three", &state)
    #expect(state.input.text == "one\ntwo\nthree")
    #expect(update(&state, .key(.enter)).first == .engine(.submit("one\ntwo\nthree")))
    press(.up, in: &state)
    #expect(state.input.text == "one\ntwo\nthree")
  }

  @Test(
    "The input area grows with the draft up to a third of the screen, then scrolls", arguments: [(80, 24), (60, 18)])
  func grows(columns: Int, rows: Int) {
    var state = Fixtures.speaking(columns: columns, rows: rows)
    for line in 1...12 {
      Fixtures.type("line \(line)", &state)
      let plan = ScreenLayout(state).input
      #expect(plan.area.rows == min(line, rows / 3))
      #expect(plan.area.endRow == rows - 1)
      #expect(render(state).cursor == Position(row: rows - 2, column: 3 + "line \(line)".count))
      press(.alt(.enter), in: &state)
    }
  }

  @Test("Screens with a draft of several lines", arguments: [(80, 24), (160, 50), (40, 10)])
  func screen(columns: Int, rows: Int) {
    var state = Fixtures.speaking(columns: columns, rows: rows)
    let text = (1...20).map { "\($0) of the lines" }.joined(separator: "\n")
    _ = update(&state, .key(.paste(text)))
    for _ in 0..<9 { _ = update(&state, .key(.up)) }
    expectScreen(state, "app/draft")
  }

  @Test("A long line is broken after a space, and each character has one row")
  func breaks() {
    let text = Array("the quick brown  fox jumps over-the-lazy dog\n\n日本語日本語日本語")
    for columns in 1...20 {
      let rows = TextRows(text, columns: columns)
      let shown = rows.ranges.flatMap { Array($0) }
      #expect(shown == text.indices.filter { text[$0] != "\n" })
      for row in rows.ranges.indices {
        let line = rows.text(row)
        let width = TextWidth.width(of: String(line.reversed().drop(while: \.isWhitespace).reversed()))
        #expect(width <= max(columns, 2), "\(columns) columns: '\(line)'")
      }
    }
    let rows = TextRows(text, columns: 10)
    #expect(
      rows.ranges.indices.map(rows.text) == [
        "the quick ", "brown  fox ", "jumps ", "over-the-l", "azy dog", "", "日本語日本", "語日本語",
      ])
  }

  @Test("↑ and ↓ move between rows and keep their column; at the first and the last row they go through the history")
  func rows() {
    var state = Fixtures.ready()
    _ = Fixtures.enter("before", &state)
    _ = update(&state, .replyEnded)
    _ = update(&state, .key(.paste("a long row\nb\nanother row")))
    press(.left, .up, in: &state)
    #expect(cursorText(state) == "a long row\nb|\nanother row")
    press(.up, in: &state)
    #expect(cursorText(state) == "a long row|\nb\nanother row")
    press(.down, .down, in: &state)
    #expect(cursorText(state) == "a long row\nb\nanother ro|w")
    press(.up, .up, .up, in: &state)
    #expect(state.input.text == "before")
    press(.down, in: &state)
    #expect(state.input.text == "a long row\nb\nanother row")
  }

  @Test("A click sets the cursor in any visible row")
  func click() {
    var state = Fixtures.ready()
    _ = update(&state, .key(.paste("first\nsecond\nthird")))
    let area = ScreenLayout(state).input.area
    _ = update(&state, .key(.mouse(MouseEvent(row: area.row + 1, column: 6, kind: .press))))
    #expect(cursorText(state) == "first\nsec|ond\nthird")
  }

  @Test("A paste is text: it opens no command line, runs no key, and keeps its line breaks")
  func paste() {
    var state = Fixtures.ready()
    #expect(update(&state, .key(.paste(":quit\n/reset\n"))) == [])
    #expect(!state.isCommanding)
    #expect(state.input.text == ":quit\n/reset\n")
    #expect(update(&state, .key(.enter)).first == .engine(.submit(":quit\n/reset")))
    state = Fixtures.ready()
    press(.escape, .paste("2q?"), in: &state)
    #expect(state.focus == .input)
    #expect(state.view == .live)
    #expect(state.input.text == "2q?")
    press(.control("u"), ":", .paste("layer\n2"), in: &state)
    #expect(state.line.text == ":layer 2")
  }

  @Test("Invisible characters of a paste are dropped, so that the draft is what the screen shows")
  func invisible() {
    var state = Fixtures.ready()
    // Bidirectional overrides, zero-width spaces, tags (which can hide instructions), controls.
    let tags = "\u{E0069}\u{E0067}\u{E006E}"
    press(.paste("a\u{202E}b\u{200B}\u{2066}c\u{7}\u{1B}d\(tags)e\u{FEFF}"), in: &state)
    #expect(state.input.text.unicodeScalars.map(\.value) == "abcde".unicodeScalars.map(\.value))
    press(.control("u"), .paste("👨‍👩‍👧 می‌خواهم e\u{301}\tx"), in: &state)
    #expect(state.input.text == "👨‍👩‍👧 می‌خواهم e\u{301}\tx")
    #expect(render(state).line(22).hasPrefix(" › 👨 میخواهم é x"))
    #expect(render(state).cursor?.column == 3 + 2 + 1 + 7 + 1 + 1 + 1 + 1)
  }

  @Test("A paste that is too long says how much of it the draft has, and the app stays usable")
  func large() {
    var state = Fixtures.ready()
    press(.paste(String(repeating: "word\n", count: 200_000)), in: &state)
    #expect(state.input.characters.count == LineEditor.limit)
    #expect(state.notice?.text.hasPrefix("Only the first 20000 characters fit.") == true)
    #expect(state.notice?.isError == true)
    press(.up, .control("w"), in: &state)
    #expect(state.input.characters.count < LineEditor.limit)
  }

  @Test("A character has at most 32 code points")
  func manyMarks() {
    var state = Fixtures.ready()
    press(.paste("a" + String(repeating: "\u{301}", count: 100_000) + "b"), in: &state)
    #expect(state.input.characters.map(\.unicodeScalars.count) == [32, 1])
  }

  @Test("The last lines of an enlarged conversation stay visible above a draft")
  func zoomed() {
    var state = Fixtures.speaking(columns: 60, rows: 16)
    state.session.zoomedPane = .conversation
    let reply = String(repeating: "word ", count: 300) + "the end"
    _ = update(&state, .result(Fixtures.result(25, piece: "x", role: .reply, turn: 1, text: reply), seconds: 0.001))
    press(.paste("one\ntwo\nthree"), in: &state)
    #expect(render(state).text.contains("end█"))
  }

  @Test("While the panes have the focus, a draft of several lines has one row")
  func collapsed() {
    var state = Fixtures.ready()
    press(.paste("one\ntwo\nthree"), .home, .escape, in: &state)
    #expect(ScreenLayout(state).input.area.rows == 1)
    press("i", in: &state)
    #expect(ScreenLayout(state).input.area.rows == 3)
  }

  @Test("The editor's text replaces the draft; Ctrl-_ returns the one before")
  func edited() {
    var state = Fixtures.ready()
    Fixtures.type("draft", &state)
    #expect(update(&state, .key(.control("x"))) == [.app(.edit("draft"))])
    _ = update(&state, .edited("new\ntext"))
    #expect(state.input.text == "new\ntext")
    press(.control("_"), .control("_"), in: &state)
    #expect(state.input.text == "draft")
    press(.escape, ":", in: &state)
    Fixtures.type("edit", &state)
    #expect(update(&state, .key(.enter)) == [.app(.edit("draft"))])
  }
}
