import Testing

@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Palette")
struct PaletteTests {
  private func names(_ entries: [(String, String)], _ query: String) -> [String] {
    PaletteRank.matches(
      entries.map { PaletteEntry(name: $0.0, summary: $0.1, target: .command(":")) }, query
    ).map(\.name)
  }

  @Test("Name, beginning, later part, inside, letters in order, description; then the shorter name, then the order")
  func ranking() {
    let entries = [
      ("other", "a top of the list"), ("t-o-p", ""), ("stop", ""), ("on-top", ""), ("top-n-sigma", ""), ("top-k", ""),
      ("top-p", ""), ("top", ""), ("none", ""), ("t-xx-o-p", ""),
    ]
    #expect(
      names(entries, "TOP") == [
        "top", "top-k", "top-p", "top-n-sigma", "on-top", "stop", "t-o-p", "t-xx-o-p", "other",
      ])
    #expect(names(entries, "top sig") == ["top-n-sigma"])
    #expect(names(entries, "top list") == ["other"])
    #expect(names(entries, "") == entries.map(\.0))
    #expect(names(entries, "  ") == entries.map(\.0))
    #expect(names(entries, "zzz").isEmpty)
  }

  private func press(_ keys: Key..., in state: inout AppState) -> [Effect] {
    keys.flatMap { update(&state, .key($0)) }
  }

  @Test("Enter runs an entry, opens a command that needs an argument, and Esc leaves all as it was")
  func keys() {
    var state = Fixtures.ready()
    Fixtures.type("draft", &state)
    #expect(press(.control("o"), in: &state) == [.app(.listModels)])
    _ = update(&state, .models(["chat", "stories"]))
    Fixtures.type("symb", &state)
    #expect(state.input.text == "draft")
    _ = press(.enter, in: &state)
    #expect(state.overlay == .glossary(top: 0))
    _ = press(.escape, .control("o"), in: &state)
    Fixtures.type("top-k", &state)
    _ = press(.enter, in: &state)
    #expect(state.line.text == ":set top-k ")
    Fixtures.type("7", &state)
    #expect(press(.enter, in: &state).count == 1)
    #expect(state.settings.sampling.topK == 7)
    _ = press(.control("o"), in: &state)
    Fixtures.type("stories", &state)
    #expect(press(.enter, in: &state) == [.engine(.loadModel("stories", for: .conversation))])
    _ = press(.control("o"), in: &state)
    Fixtures.type("zoom", &state)
    _ = press(.backspace, .control("u"), .escape, in: &state)
    #expect(state.overlay == nil)
    #expect(state.input.text == "draft")
  }

  @Test("It has every command and setting once, the keys of the page with their names, and the models")
  func entries() {
    var state = Fixtures.speaking()
    _ = update(&state, .models(["chat"]))
    let entries = state.paletteEntries
    #expect(Set(entries.map(\.name)).count == entries.count)
    for command in CommandTable.entries where command.name != "penalty" {
      #expect(entries.contains { $0.name == command.name }, "\(command.name)")
    }
    for setting in Setting.allCases { #expect(entries.contains { $0.name == setting.name }, "\(setting)") }
    #expect(entries.first { $0.name == "next-head" }?.keys == "]")
    #expect(entries.first { $0.name == "zoom" }?.keys == "Z")
    #expect(entries.contains { $0.name == "model chat" })
    #expect(state.paletteMatches(PalettePage(query: "palette")).first?.name == "palette")
  }

  @Test("The screen shows the entries with keys and meanings", arguments: ScreenFile.sizes)
  func drawn(columns: Int, rows: Int) {
    var state = Fixtures.speaking(columns: columns, rows: rows)
    _ = press(.control("o"), in: &state)
    Fixtures.type("head", &state)
    _ = press(.down, in: &state)
    expectScreen(state, "app/palette")
  }
}
