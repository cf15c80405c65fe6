import Testing

@testable import RetNetTUI
@testable import TerminalKit

/// Keys that a settings file binds.
@Suite("Rebound keys")
struct KeyMapTests {
  private func settings(_ keys: String) throws -> Settings { try Settings(yaml: "keys:\n" + keys, path: "s.yaml") }

  private func state(_ keys: String) throws -> AppState {
    let user = try settings(keys)
    #expect(user.problems.isEmpty)
    var state = AppState(columns: 80, rows: 24, sources: SettingSources(user: user))
    _ = update(&state, .modelLoaded(Fixtures.model))
    _ = update(&state, .key(.escape))
    return state
  }

  @Test("A key has its new action, and the old keys of the action keep it")
  func added() throws {
    var state = try state("  F5: next-layer\n  Ctrl-G: help\n")
    _ = update(&state, .key(.function(5)))
    #expect(state.settings.layer == 1)
    _ = update(&state, .key("}"))
    #expect(state.settings.layer == 2)
    _ = update(&state, .key(.control("g")))
    #expect(state.helpPage != nil)
  }

  @Test("Two keys can be swapped, and 'none' removes a key")
  func swapped() throws {
    var state = try state("  n: next-scale\n  s: norms-panel\n  m: none\n")
    _ = update(&state, .key("s"))
    #expect(state.overlay == .norms(row: 0))
    _ = update(&state, .key(.escape))
    _ = update(&state, .key("n"))
    #expect(state.settings.scale == .root)
    _ = update(&state, .key("m"))
    #expect(state.mouse)
    #expect(state.notice?.text.hasPrefix("'m' does nothing here") == true)
  }

  @Test("A key that is rebound loses its other actions in the contexts that would hide the new one")
  func hidden() throws {
    var state = try state("  Z: norms-panel\n  n: zoom\n  Ctrl-P: palette\n")
    _ = update(&state, .key("Z"))
    #expect(state.overlay == .norms(row: 0))
    _ = update(&state, .key(.escape))
    _ = update(&state, .key("i"))
    _ = update(&state, .key(.control("p")))
    #expect(state.overlay == .palette(PalettePage()))
  }

  @Test("A key can run a command line, or open one that lacks its argument")
  func commands() throws {
    var state = try state("  F7: ':layer 3'\n  I: ':goto '\n")
    _ = update(&state, .key(.function(7)))
    #expect(state.settings.layer == 3)
    _ = update(&state, .key("I"))
    #expect(state.isCommanding)
    #expect(state.line.text == ":goto ")
    // On the message line 'I' is a letter, and F7 runs the command.
    state = try self.state("  F7: ':layer 3'\n  I: ':goto '\n")
    _ = update(&state, .key("i"))
    _ = update(&state, .key("I"))
    #expect(state.input.text == "I")
    _ = update(&state, .key(.function(7)))
    #expect(state.settings.layer == 3)
  }

  @Test("Help and the footer show the effective keys")
  func shown() throws {
    var state = try state("  n: next-scale\n  s: norms-panel\n  F5: next-layer\n  F6: help\n  ']': none\n")
    let lines = state.helpLines(HelpPage())
    #expect(lines.contains("  s                 norms panel"))
    #expect(lines.contains("  { } F5            select the layer"))
    #expect(lines.contains("  [                 select the head"))
    #expect(lines.contains { $0.hasPrefix("  F1 F6 ") })
    #expect(!state.footerKeys.contains { $0.label == "[ ]" })
    #expect(state.footerKeys.contains { $0.label == "[" })
    _ = update(&state, .key(.function(5)))
    #expect(state.settings.layer == 1)
    // The defaults are unchanged.
    #expect(KeyMap.standard.bindings.map(\.label) == KeyTable.bindings.map(\.label))
  }

  @Test(
    "Wrong entries are named with their line, and the others apply",
    arguments: [
      ("Ctrl-1", "help", "There is no key 'Ctrl-1'."), ("xy", "help", "There is no key 'xy'."),
      ("F5", "hlep", "There is no action 'hlep'. Did you mean 'help'?"),
      ("F5", "qwertz", "There is no action 'qwertz'. docs/keys.md"),
      ("F5", "':nothing'", "':nothing' is no command: There is no command :nothing."),
      ("F5", "':layer x'", "':layer x' is no command: :layer got 'x'"),
      ("a", "send", "'a' is typed where the action applies."), ("a", "palette", "'a' is typed"),
      ("n", "zoom-not", "There is no action"), ("n", "next-scale", "'n' is the only key of 'norms-panel' (Panes)."),
      ("Ctrl-C", "redraw", "'Ctrl-C' is the only key of 'interrupt' (Everywhere)."),
      ("f9", "zoom", "'F9' has an action already, on line 2."),
    ])
  func wrong(key: String, action: String, problem: String) throws {
    let user = try settings("  F9: zoom\n  '\(key)': \(action)\n")
    #expect(user.keys.map(\.key) == [.function(9)])
    #expect(user.problems.count == 1)
    let text = user.problems.first?.description ?? ""
    #expect(text.hasPrefix("The settings file 's.yaml', line 3, has keys.\(key): \(problem)"), "\(text)")
  }

  @Test("Names of keys are read back, and every action of a context has one name")
  func names() {
    for key in Set(KeyTable.actions.values.flatMap(\.keys)) { #expect(Key(named: key.name) == key, "\(key)") }
    for (context, actions) in KeyTable.actions {
      let names = Dictionary(grouping: Set(actions.values), by: \.name)
      for (name, same) in names { #expect(same.count == 1, "\(context) \(name): \(same)") }
    }
  }
}
