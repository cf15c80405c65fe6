/// The commands of the settings, the palette and the report on the last token.
extension CommandTable {
  static let settingEntries: [Entry] = [
    Entry(
      name: "set", argument: "NAME VALUE", expected: "a setting's name and its value, such as 'top-k 40'",
      summary: "set a setting; :options lists all", parse: { try? parseSetting($0) }),
    Entry(
      name: "options", argument: "", expected: "nothing", summary: "all settings, and where their values come from",
      parse: { _ in nil }, bare: .open(.options)),
    Entry(
      name: "palette", argument: "", expected: "nothing", summary: "search commands, keys, settings and models",
      parse: { _ in nil }, bare: .open(.palette)),
    Entry(
      name: "why", argument: "", expected: "nothing", summary: "what each sampling stage did to the last drawn token",
      parse: { _ in nil }, bare: .open(.why)),
    setting(.threads, "N") { .set(.later(.threads, $0)) },
    setting(.snapshotMemory, "N") { .set(.later(.snapshotMemory, $0)) },
    setting(.autosave, "on|off") { .set(.later(.autosave, $0)) },
    setting(.keepSessions, "N") { .set(.later(.keepSessions, $0)) },
    setting(.mouse, "on|off") { .set(.mouse($0 == "on")) },
  ]

  /// The command of a setting. It accepts the setting's values, and words also in capitals.
  static func setting(
    _ setting: Setting, _ argument: String, parse: @escaping @Sendable (String) -> Command?
  ) -> Entry {
    Entry(
      name: setting.name, argument: argument, expected: setting.values.expected, summary: setting.summary,
      parse: { text in
        let word = text.lowercased()
        return setting.values.accept(word) ? parse(word) : nil
      })
  }

  /// The command of a setting's name and value; also `NAME=VALUE`.
  static func parseSetting(_ text: String) throws(CommandError) -> Command {
    let parts = text.split(maxSplits: 1) { $0 == "=" || $0.isWhitespace }.map(trimmed)
    guard let setting = Setting.named(parts.first ?? "") else {
      throw .badArgument(name: "set", found: text, expected: CommandTable.names(Setting.allCases.map(\.name)))
    }
    guard parts.count == 2 else {
      throw .missingArgument(name: "set \(setting.name)", expected: setting.values.expected)
    }
    return try parse(":\(setting.name) \(parts[1])")
  }
}
