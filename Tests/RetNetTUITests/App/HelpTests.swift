import Testing

@testable import RetNetTUI
@testable import TerminalKit

@Suite("Help")
struct HelpTests {
  private func press(_ keys: String, _ state: inout AppState) {
    for key in keys { _ = update(&state, .key(.character(key))) }
  }

  @Test("Help begins with the page on the screen and its keys", arguments: ["o", "d", "w", "r", "p", "t", "e", "b"])
  func page(_ key: Character) {
    var state = Fixtures.speaking()
    _ = update(&state, .key(.escape))
    press("2\(key)?", &state)
    let page = state.explorer.page
    let lines = state.helpLines(HelpPage())
    #expect(lines.first == "Page \(page.rawValue)")
    let text = lines.dropFirst().prefix { $0.hasPrefix(" ") }.map(\.trimmed).joined(separator: " ")
    #expect(text == "\(page.explanation.purpose) \(page.explanation.picture)")
    #expect(lines.firstIndex(of: "Keys here").map { $0 < 12 } == true)
    #expect(render(state).text.contains("Page \(page.rawValue)"))
  }

  @Test("An empty page and help have the same sentence about its content")
  func oneDefinition() {
    var state = Fixtures.ready()
    _ = update(&state, .key(.escape))
    for page in Explorer.Page.allCases {
      state.view = .explorer
      state.explorer.page = page
      #expect(state.explorerMissing.purpose == page.explanation.purpose)
      #expect(state.helpLines(HelpPage()).joined(separator: " ").contains(page.explanation.purpose.prefix(30)))
    }
    for page in Lab.Page.allCases {
      state.view = .forms
      state.lab.page = page
      #expect(state.labMissing.purpose == page.explanation.purpose)
    }
  }

  @Test("The live view explains each of its panes", arguments: LivePane.allCases)
  func live(_ pane: LivePane) {
    let lines = Fixtures.speaking().helpLines(HelpPage())
    #expect(lines.contains(pane.explanation.name))
  }

  @Test("'/' filters the lines by the typed text, with their headings; Esc shows all again")
  func search() {
    var state = Fixtures.speaking()
    _ = update(&state, .key(.escape))
    press("?/Divide q", &state)
    #expect(state.helpPage?.search == "Divide q")
    #expect(
      state.helpLines(HelpPage(search: "Divide D by")) == [
        "Commands (on the command line)", "  :norm2 on|off               divide D by the root of its row sum",
      ])
    #expect(render(state).text.contains("Nothing contains 'Divide q'."))
    for _ in 0..<2 { _ = update(&state, .key(.backspace)) }
    #expect(render(state).text.contains("divide D by the root of its row sum"))
    #expect(!render(state).text.contains("Ctrl-L"))
    _ = update(&state, .key(.enter))
    #expect(state.helpPage?.isSearching == false)
    #expect(!render(state).text.contains("Ctrl-L"))
    press("/", &state)
    _ = update(&state, .key(.escape))
    #expect(state.overlay == .help(HelpPage()))
    _ = update(&state, .key(.escape))
    #expect(state.overlay == nil)
  }

  @Test("F1 opens help from the input line and leaves the draft")
  func functionKey() {
    var state = Fixtures.ready()
    Fixtures.type("draft?", &state)
    _ = update(&state, .key(.function(1)))
    #expect(state.helpPage != nil)
    _ = update(&state, .key(.function(1)))
    #expect(state.overlay == nil)
    #expect(state.input.text == "draft?")
  }

  @Test("A line of help fits into its window at every size", arguments: [60, 80, 120])
  func widths(columns: Int) {
    var state = Fixtures.speaking(columns: columns)
    state.view = .forms
    for line in HelpText.lines(of: HelpText.sections(on: state).dropLast()) {
      #expect(TextWidth.width(of: line) <= columns - 3, "\(line)")
    }
  }
}
