import Testing

@testable import RetNet
@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

@Suite("Options screen")
@MainActor struct OptionsTests {
  @discardableResult
  private func press(_ keys: Key..., in state: inout AppState) -> [Effect] {
    keys.flatMap { update(&state, .key($0)) }
  }

  private func opened() -> AppState {
    var state = Fixtures.ready()
    _ = Fixtures.enter(":options", &state)
    return state
  }

  private func select(_ name: String, _ state: inout AppState) {
    press("/", in: &state)
    Fixtures.type(name, &state)
    press(.enter, in: &state)
  }

  @Test(
    "← and → change the value within its range",
    arguments: [
      ("top-k", [Key.right], "41"), ("top-k", [.left, .left], "38"), ("temperature", [.right], "0.85"),
      ("typical-p", [.right], "1"), ("theme", [.right], "dark"), ("theme", [.left], "monochrome"),
      ("speed", [.right], "60"), ("motion", [.right], "off"), ("max-tokens", [.right], "272"),
      ("mouse", [.left], "off"),
      ("presence", [.left], "-0.05"), ("seed", [.left, .left], "0"), ("scale", [.right], "sqrt"),
    ] as [(String, [Key], String)])
  func changed(name: String, keys: [Key], value: String) {
    var state = opened()
    select(name, &state)
    for key in keys { press(key, in: &state) }
    #expect(state.selectedOption?.value == value)
    #expect(state.optionsPage != nil)
  }

  @Test("Enter types a value on the command line, and the screen stays open; r restores the value")
  func typed() {
    var state = opened()
    select("top-k", &state)
    press(.enter, in: &state)
    #expect(state.line.text == ":set top-k ")
    Fixtures.type("9", &state)
    #expect(press(.enter, in: &state).count == 1)
    #expect(state.selectedOption == SettingRow(setting: .sampling(.topK), value: "9", origin: .session))
    press("r", in: &state)
    #expect(state.selectedOption?.value == "40")
    #expect(state.selectedOption?.origin == .model("tiny"))
  }

  @Test("s writes exactly the changed values, which then have the file as their source")
  func saved() throws {
    var state = opened()
    #expect(press("s", in: &state) == [])
    #expect(state.notice?.text == "No value has changed, so the file is unchanged.")
    select("theme", &state)
    press(.right, "/", .escape, in: &state)
    select("top-k", &state)
    press(.left, in: &state)
    let rows = [
      SettingRow(setting: .theme, value: "dark", origin: .session),
      SettingRow(setting: .sampling(.topK), value: "39", origin: .session),
    ]
    #expect(press("s", in: &state) == [.app(.saveSettings(rows))])
    let user = try Settings(yaml: "theme: dark\nsampling:\n  top-k: 39\n", path: "s.yaml")
    _ = update(&state, .settingsSaved(user, path: "s.yaml"))
    #expect(state.notice?.text == "Saved to s.yaml.")
    #expect(state.row(of: .theme).origin == .file(line: 1))
    #expect(state.row(of: .sampling(.topK)).origin == .file(line: 3))
    #expect(state.changedSettings.isEmpty)
  }

  @Test("A variable that overrides the saved value is named")
  func overridden() throws {
    var state = opened()
    select("theme", &state)
    press(.right, in: &state)
    var user = Settings()
    user.values[.theme] = .init(text: "light", origin: .variable("RETNET_THEME"))
    _ = update(&state, .settingsSaved(user, path: "s.yaml"))
    #expect(state.notice?.text == "Saved to s.yaml. At the next start $RETNET_THEME overrides theme.")
  }

  @Test("The screen lists all settings with values, sources and the meaning of the selected one")
  func drawn() throws {
    var state = opened()
    press(.down, .down, .right, in: &state)
    state.notice = nil
    expectScreen(state, "app/options")
    #expect(state.optionRows(OptionsPage()).count == Setting.allCases.count)
  }

  @Test("The first problem of the settings file is shown at the start, with the number of others")
  func problems() throws {
    let user = try Settings(yaml: "theme: pink\nthreads: 0\n", path: "s.yaml")
    var state = AppState(columns: 80, rows: 24, sources: SettingSources(user: user))
    state.reportProblems()
    #expect(state.notice?.isError == true)
    #expect(
      state.notice?.text.hasPrefix("The settings file 's.yaml', line 1, has theme: pink, expected auto, ") == true)
    #expect(state.notice?.text.hasSuffix(" 1 more: 'retnet settings' lists all.") == true)
  }
}
