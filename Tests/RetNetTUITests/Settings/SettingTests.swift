import Foundation
import TestSupport
import Testing

@testable import RetNetSession
@testable import RetNetTUI
@testable import TerminalKit

/// The registry of settings, and what follows from it.
@Suite("Registry of settings")
struct SettingTests {
  /// A value of each setting that differs from its default, written by hand.
  static let examples: [(setting: Setting, value: String)] = [
    (.model, "stories"), (.threads, "3"), (.snapshotMemory, "32"), (.theme, "light"), (.maximumTokens, "77"),
    (.speed, "max"),
    (.motion, "off"), (.showProbabilities, "on"), (.scale, "sqrt"), (.mouse, "off"), (.history, "off"),
    (.autosave, "off"), (.keepSessions, "7"),
    (.sampling(.temperature), "0.25"), (.sampling(.topK), "7"),
    (.sampling(.topP), "0.5"), (.sampling(.minP), "0.125"), (.sampling(.typicalP), "0.75"),
    (.sampling(.topNSigma), "1.5"), (.sampling(.repetitionPenalty), "1.5"), (.sampling(.frequencyPenalty), "-0.5"),
    (.sampling(.presencePenalty), "0.5"), (.sampling(.repetitionWindow), "12"), (.seed, "9"),
  ]

  @Test("Every setting has an example; names, keys and variables are unique")
  func unique() {
    #expect(Set(Self.examples.map(\.setting)) == Set(Setting.allCases))
    #expect(Set(Setting.allCases.map(\.name)).count == Setting.allCases.count)
    #expect(Set(Setting.allCases.map(\.variable)).count == Setting.allCases.count)
  }

  @Test("The environment overrides the file, the file the default; each is named as the source", arguments: examples)
  func precedence(setting: Setting, value: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("settings-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("s.yaml").path
    let indentation = setting.section.map { "\($0):\n  " } ?? ""
    try "# comment\n\(indentation)\(setting.name): \(value)\n".write(toFile: file, atomically: true, encoding: .utf8)

    #expect(try Settings.read(environment: [:]).values[setting] == nil)
    let fromFile = try Settings.read(environment: ["RETNET_SETTINGS": file])
    #expect(fromFile.values == [setting: .init(text: value, origin: .file(line: setting.section == nil ? 2 : 3))])
    let other = setting.values.accept("1") ? "1" : setting.values.words.last ?? "other"
    let both = try Settings.read(environment: ["RETNET_SETTINGS": file, setting.variable: other])
    #expect(both.values == [setting: .init(text: other, origin: .variable(setting.variable))])
    let empty = try Settings.read(environment: ["RETNET_SETTINGS": file, setting.variable: ""])
    #expect(empty.values == fromFile.values)
  }

  @Test("A wrong environment variable is named with the expected values, and the file's value is kept")
  func wrongVariable() throws {
    let settings = try Settings.read(environment: ["RETNET_TOP_K": "many", "RETNET_SEED": "3", "RETNET_THEME": "Pink"])
    #expect(
      settings.problems.map(\.description).sorted() == [
        "$RETNET_THEME is 'Pink', expected auto, dark, light, high-contrast or monochrome. Correct it, or unset it.",
        "$RETNET_TOP_K is 'many', expected a whole number from 0 to 1000000. Correct it, or unset it.",
      ])
    #expect(settings.sampling == SamplingChoices(seed: 3))
  }

  @Test("`:set` does what the setting's own command does", arguments: examples)
  func set(setting: Setting, value: String) throws {
    let command = setting == .sampling(.repetitionPenalty) ? "penalty" : setting.name
    #expect(try CommandTable.parse(":set \(setting.name) \(value)") == CommandTable.parse(":\(command) \(value)"))
    #expect(try CommandTable.parse(":set \(setting.key)=\(value)") == CommandTable.parse(":\(command) \(value)"))
  }

  @Test(
    "The command, the file and the environment accept the same values",
    arguments: [
      "0", "1", "2", "-1", "0.5", "1.5", "-0.5", "11", "101", "257", "1000001", "1e-3", "on", "off", "max", "p99",
      "dark", "nan", "inf", "x", "18446744073709551615",
    ])
  func same(text: String) throws {
    for setting in Setting.allCases where setting != .model {
      let command = setting == .sampling(.repetitionPenalty) ? "penalty" : setting.name
      let isAccepted = setting.values.accept(text)
      #expect(((try? CommandTable.parse(":\(command) \(text)")) != nil) == isAccepted, "\(setting.name)")
      let line = setting.section.map { "\($0): {\(setting.name): \(text)}" } ?? "\(setting.name): \(text)"
      #expect((try Settings(yaml: line, path: "").values[setting] != nil) == isAccepted, "\(setting.name)")
      let variable = try Settings.read(environment: [setting.variable: text]).values[setting]
      #expect((variable != nil) == isAccepted, "\(setting.name)")
    }
  }

  @Test("`:set` names the unknown setting, the missing value and the wrong value")
  func setErrors() {
    func error(_ line: String) -> String? {
      do throws(CommandError) {
        _ = try CommandTable.parse(line)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(error(":set colour red")?.hasPrefix(":set got 'colour red', it takes model, threads, ") == true)
    #expect(error(":set top-k") == ":set top-k needs a whole number from 0 to 1000000.")
    #expect(error(":set top-k many") == ":top-k got 'many', it takes a whole number from 0 to 1000000.")
    #expect(error(":set") == ":set needs a setting's name and its value, such as 'top-k 40'.")
  }

  @Test(
    "In the app every setting has the value that `:set` gave it, and this session as its source", arguments: examples)
  func shown(setting: Setting, value: String) {
    var state = Fixtures.ready()
    let before = state.row(of: setting)
    #expect(before.origin != .session)
    #expect(before.value != value)
    _ = state.set(setting, to: value)
    if setting == .model { _ = update(&state, .modelLoaded(Fixtures.model)) }
    #expect(state.row(of: setting) == SettingRow(setting: setting, value: value, origin: .session))
    #expect(state.changedSettings.map(\.setting) == [setting])
  }

  @Test("In the app an option is the source above the file, the file above the model")
  func sources() throws {
    let user = try Settings(yaml: "max-tokens: 9\nsampling:\n  top-k: 3", path: "s.yaml")
    var state = AppState(
      columns: 80, rows: 24, settings: user.chat,
      sources: SettingSources(user: user, options: [.maximumTokens, .theme]))
    var model = Fixtures.model
    model.sampling = user.sampling.applied(to: SamplingOptions())
    _ = update(&state, .modelLoaded(model))
    #expect(
      state.row(of: .maximumTokens) == SettingRow(setting: .maximumTokens, value: "9", origin: .option("--max-tokens")))
    #expect(
      state.row(of: .sampling(.topK)) == SettingRow(setting: .sampling(.topK), value: "3", origin: .file(line: 3)))
    #expect(state.row(of: .sampling(.topP)).origin == .model("tiny"))
    #expect(state.row(of: .mouse).origin == .builtIn)
    #expect(state.row(of: .theme).origin == .option("--theme"))
    #expect(state.changedSettings.isEmpty)
  }

  @Test("docs/settings.md has the table of the registry")
  func document() throws {
    let path = Repository.document("docs/settings.md")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    if ProcessInfo.processInfo.environment["RETNET_RECORD"] != nil, !text.contains(Setting.table) {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let start = try #require(lines.firstIndex { $0.hasPrefix("| key | sets") || $0 == "TABLE" })
      let end = lines[start...].firstIndex { $0.isEmpty || $0.hasPrefix("The ") } ?? start + 1
      let parts = [
        lines[..<start].joined(separator: "\n"), "\n", Setting.table, end > start ? "\n" : "",
        lines[end...].drop { $0.isEmpty }.joined(separator: "\n"),
      ]
      try parts.joined().write(toFile: path, atomically: true, encoding: .utf8)
      Issue.record("docs/settings.md is written. Run the test without RETNET_RECORD.")
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains(Setting.table), "RETNET_RECORD=1 writes it")
  }

  @Test("All themes can be chosen by the file, the environment and the command", arguments: Theme.Name.allCases)
  func themes(_ theme: Theme.Name) throws {
    #expect(try Settings(yaml: "theme: \(theme.rawValue)", path: "").theme == theme)
    #expect(try Settings.read(environment: ["RETNET_THEME": theme.rawValue]).theme == theme)
    var state = Fixtures.ready()
    _ = Fixtures.enter(":theme \(theme.rawValue)", &state)
    #expect(state.traits.theme.name == theme)
  }
}
