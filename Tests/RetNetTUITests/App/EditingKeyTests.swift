import Testing

@testable import RetNetTUI
@testable import TerminalKit

/// Editing keys as GNU Readline and Emacs define them.
@Suite("Editing keys")
struct EditingKeyTests {
  private func state(_ text: String) -> AppState {
    var state = Fixtures.ready()
    _ = update(&state, .key(.paste(text)))
    return state
  }

  private func press(_ keys: [Key], _ state: inout AppState) {
    for key in keys { _ = update(&state, .key(key)) }
  }

  @Test(
    "Movements and deletions by words",
    arguments: [
      ([.alt("b")], "one two.|three"), ([.alt("b"), .alt("b")], "one |two.three"),
      ([.home, .alt("f")], "one| two.three"), ([.home, .controlRight, .controlRight], "one two|.three"),
      ([.controlLeft], "one two.|three"), ([.control("w")], "one |"), ([.alt(.backspace)], "one two.|"),
      ([.home, .alt("d")], "| two.three"), ([.home, .alt("d"), .alt("d")], "|.three"),
      ([.home, .control("f"), .control("f"), .control("b")], "o|ne two.three"),
      ([.home, .control("d")], "|ne two.three"), ([.control("h")], "one two.thre|"),
      ([.alt("b"), .control("k")], "one two.|"), ([.alt("b"), .control("u")], "|three"),
    ] as [([Key], String)])
  func words(keys: [Key], line: String) {
    var state = state("one two.three")
    press(keys, &state)
    var shown = state.input.characters
    shown.insert("|", at: state.input.cursor)
    #expect(String(shown) == line)
  }

  @Test("Ctrl-A and Ctrl-E stay in the line of the text; Ctrl-K there deletes the line break")
  func lines() {
    var state = state("one\ntwo\nthree")
    press([.up, .control("a")], &state)
    #expect(state.input.cursor == 4)
    press([.control("e")], &state)
    #expect(state.input.cursor == 7)
    press([.control("k")], &state)
    #expect(state.input.text == "one\ntwothree")
    press([.control("u"), .control("u")], &state)
    #expect(state.input.text == "onethree")
  }

  @Test("Ctrl-Y inserts what was deleted; deletions in sequence are one text, in the order of the line")
  func yank() {
    var state = state("one two three")
    press([.control("w"), .control("w")], &state)
    #expect(state.input.text == "one ")
    press([.home, .control("y")], &state)
    #expect(state.input.text == "two threeone ")
    press([.home, .alt("d"), .alt("d"), .end, .control("y")], &state)
    #expect(state.input.text == " two threeone")
  }

  @Test("Alt-Y replaces the inserted text by the one deleted before, and begins again after the oldest")
  func yankOlder() {
    var state = state("a b")
    press([.control("w"), .left, .control("u")], &state)
    #expect(state.input.text == " ")
    press([.end, .control("y")], &state)
    #expect(state.input.text == " a")
    press([.alt("y")], &state)
    #expect(state.input.text == " b")
    press([.alt("y")], &state)
    #expect(state.input.text == " a")
    press([.left, .alt("y")], &state)
    #expect(state.input.text == " a", "only directly after an insertion")
  }

  @Test("The command line inserts what the message line has deleted, without line breaks")
  func sharedRing() {
    var state = state("one\ntwo")
    press([.control("u"), .control("u"), .control("u"), ":", .control("y")], &state)
    #expect(state.line.text == ":one two")
    #expect(state.isCommanding)
  }

  @Test("Ctrl-_ undoes typed words one by one, pastes and deletions; without a change it says so")
  func undo() {
    var state = Fixtures.ready()
    Fixtures.type("one two", &state)
    press([.paste(" three"), .control("u"), .control("_")], &state)
    #expect(state.input.text == "one two three")
    press([.control("_")], &state)
    #expect(state.input.text == "one two")
    press([.control("_")], &state)
    #expect(state.input.text == "one ")
    press([.control("_")], &state)
    #expect(state.input.text == "")
    press([.control("_")], &state)
    #expect(state.notice?.text == "There is no change to undo.")
    press([.control("y")], &state)
    #expect(state.input.text == "one two three")
  }

  @Test("A key with Alt that has no meaning is Esc and that key; Ctrl-J is Enter where it has none of its own")
  func fallback() {
    var state = state("draft")
    press([.alt("4")], &state)
    #expect(state.focus == .panes)
    #expect(state.view == .lessons || state.classroom.lessons == nil)
    state = Fixtures.ready()
    Fixtures.type(":layer 2", &state)
    press([.control("j")], &state)
    #expect(state.settings.layer == 2)
    #expect(!state.isCommanding)
  }
}
