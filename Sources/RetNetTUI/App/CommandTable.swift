import RetNet
import RetNetAnalysis
import RetNetSession
import TerminalKit

/// All `:` commands with their arguments and effects. Parsing, help and hints read this one table.
package enum CommandTable {
  struct Entry: Sendable {
    var name: String
    /// The argument as help shows it; empty without one.
    var argument: String
    /// The accepted values, as an error names them.
    var expected: String
    var summary: String
    /// The command for an argument; nil for an invalid one.
    var parse: @Sendable (String) -> Command?
    /// The command without an argument; nil if one is required.
    var bare: Command?
  }

  static let entries =
    samplingEntries + chatEntries + turnEntries + explorerEntries + labEntries + treeEntries + settingEntries
    + lastEntries

  private static let samplingEntries: [Entry] = SamplingValue.allCases.map { value in
    value.isInteger
      ? integer(value.commandName, Int(value.range.lowerBound)...Int(value.range.upperBound), value.summary) {
        .set(.sampling(value, Float($0)))
      } : number(value.commandName, value.range, value.summary) { .set(.sampling(value, $0)) }
  }

  private static let chatEntries: [Entry] = [
    Entry(
      name: "logit-bias", argument: "TOKEN X", expected: "a token's number and a number from -100 to 100",
      summary: "add X to the token's logit",
      parse: { text in
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 2, let token = Int(words[0]), token >= 0, let bias = decimal(words[1], in: -100...100)
        else { return nil }
        return .set(.logitBias(token: token, bias))
      }),
    setting(.seed, "N") { UInt64($0).map { .set(.seed($0)) } },
    Entry(
      name: "stop", argument: "[TEXT|off]", expected: "a text, in which \\n is a line break, or 'off'",
      summary: "end replies before this text; off removes all such texts",
      parse: { .set(.stop($0 == "off" ? nil : StopStrings.unescaped($0))) }, bare: .sampling),
    Entry(
      name: "regex", argument: "[PATTERN|off]", expected: "a regular expression, or 'off'",
      summary: "the whole reply matches this expression",
      parse: { .set(.pattern($0 == "off" ? nil : $0)) }, bare: .sampling),
    Entry(
      name: "sampling", argument: "[default]", expected: "nothing, or 'default'",
      summary: "show the sampling values, or restore the model's",
      parse: { $0 == "default" ? .set(.defaultSampling) : nil }, bare: .sampling),
    toggle("norm1", "scale q·k by d_k^(−1/2)") { .set(.norm1($0)) },
    toggle("norm2", "divide D by the root of its row sum") { .set(.norm2($0)) },
    Entry(
      name: "norm3", argument: "off|paper|torchscale", expected: "off, paper or torchscale",
      summary: "divide a row of scores by its magnitude",
      parse: { RetentionNorms.Score(rawValue: $0).map { .set(.norm3($0)) } }),
    Entry(
      name: "group-norm", argument: "model|off|rms|layer", expected: "model, off, rms or layer",
      summary: "the norm over each head's output",
      parse: { NormOptions.Group(rawValue: $0).map { .set(.groupNorm($0)) } }),
    Entry(
      name: "eps", argument: "X|model", expected: "a number from 0 to 1, or 'model'",
      summary: "ε of the group norm",
      parse: { $0 == "model" ? .set(.epsilon(nil)) : decimal($0, in: 0...1).map { .set(.epsilon($0)) } }),
    Entry(
      name: "norms", argument: "", expected: "nothing", summary: "show which norms are on", parse: { _ in nil },
      bare: .norms),
    integer("layer", 0...9_999, "show this layer") { .set(.layer($0)) },
    integer("head", 0...9_999, "show this head") { .set(.head($0)) },
    setting(.scale, "p99|sqrt|linear|symlog|X", parse: parseScale),
    Entry(
      name: "probe", argument: "ROW COLUMN", expected: "a row and a column of the state",
      summary: "read one entry of the state", parse: parseProbe),
    Entry(
      name: "state", argument: "", expected: "nothing", summary: "the selected head's state in words",
      parse: { _ in nil }, bare: .state),
    setting(.maximumTokens, "N") { Int($0).map { .set(.maximumTokens($0)) } },
    setting(.speed, "N|max", parse: parseSpeed),
    Entry(
      name: "step", argument: "", expected: "nothing", summary: "one recurrent step", parse: { _ in nil }, bare: .step),
    Entry(
      name: "back", argument: "", expected: "nothing", summary: "undo one step", parse: { _ in nil }, bare: .back),
    Entry(
      name: "replay", argument: "[N]", expected: "nothing, or steps a second from 0.1 to 100",
      summary: "replay the later tokens, or the last turn",
      parse: { Double($0).flatMap { Replay.paces.contains($0) ? .replay($0) : nil } }, bare: .replay(nil)),
    Entry(
      name: "zoom", argument: "state|memory|conversation|off", expected: "state, memory, conversation or off",
      summary: "give a pane of the live view the whole window",
      parse: { $0 == "off" ? .zoom(nil) : ZoomedPane(rawValue: $0).map { .zoom($0) } }),
    setting(.showProbabilities, "on|off") { .set(.showProbabilities($0 == "on")) },
    setting(.motion, "on|off") { .set(.motion($0 == "on")) },
    setting(.history, "on|off") { .set(.history($0 == "on")) },
    Entry(
      name: "undo", argument: "", expected: "nothing", summary: "undo the last turn and its reply",
      parse: { _ in nil }, bare: .undo),
    Entry(
      name: "reset", argument: "", expected: "nothing",
      summary: "an empty session; branches and queue are cleared too",
      parse: { _ in nil }, bare: .reset),
    Entry(
      name: "model", argument: "NAME", expected: "a bundled model's name or a folder",
      summary: "change the model", parse: { .model($0) }),
    Entry(
      name: "persona", argument: "[NAME|off]", expected: "nothing, a persona's name, its file, or 'off'",
      summary: "a new session that begins with a trained state, or list them",
      parse: { .persona($0 == "off" ? nil : $0) }, bare: .personas),
  ]

  private static let lastEntries: [Entry] = [
    Entry(
      name: "lesson", argument: "[NAME]", expected: "nothing, or a lesson's name or number",
      summary: "learn retention step by step", parse: { .lesson($0) }, bare: .lesson(nil)),
    Entry(
      name: "tour", argument: "", expected: "nothing", summary: "the tour of the first start",
      parse: { _ in nil }, bare: .tour),
    Entry(
      name: "symbols", argument: "", expected: "nothing", summary: "what the symbols mean, with their equations",
      parse: { _ in nil }, bare: .symbols),
    setting(.theme, choices(Theme.Name.self)) { Theme.Name(rawValue: $0).map { .theme($0) } },
    Entry(
      name: "save-screen", argument: "FILE", expected: "a file name that ends in .txt, .ansi or .svg",
      summary: "write this screen to a file; :save-screen! replaces one", parse: parseScreenFile),
    Entry(
      name: "help", argument: "", expected: "nothing", summary: "keys and commands", parse: { _ in nil }, bare: .help),
    Entry(name: "quit", argument: "", expected: "nothing", summary: "leave", parse: { _ in nil }, bare: .quit),
  ]

  private static let aliases = [
    "q": "quit", "exit": "quit", "h": "help", "repetition-penalty": "penalty", "t": "temperature",
    "epsilon": "eps", "groupnorm": "group-norm", "settings": "options",
  ]

  /// Whether a line is a command rather than a message: it begins with `:` or `/`.
  static func isCommand(_ line: String) -> Bool { line.first == ":" || line.first == "/" }

  /// - Parameter line: begins with `:` or `/`.
  static func parse(_ line: String) throws(CommandError) -> Command {
    let parts = line.drop { $0 == ":" || $0 == "/" }.split(
      maxSplits: 1, omittingEmptySubsequences: true, whereSeparator: \.isWhitespace)
    let typed = parts.first.map(String.init) ?? ""
    let rest = parts.count > 1 ? trimmed(parts[1]) : ""
    let overwrites = typed.last == "!"
    let word = typed.lowercased().prefix(typed.count - (overwrites ? 1 : 0))
    let name = aliases[String(word)] ?? String(word)
    guard let entry = entry(named: name) else {
      throw .unknown(name: typed, suggestion: NearestName.of(name, among: entries.map(\.name)))
    }
    let argument = withPath(rest, of: entry.name)
    if argument.isEmpty {
      guard let bare = entry.bare else { throw .missingArgument(name: entry.name, expected: entry.expected) }
      if overwrites { throw .writesNoFile(name: entry.name) }
      return bare
    }
    if entry.name == "set" { return try parseSetting(argument) }
    guard let command = entry.parse(argument) else {
      throw .badArgument(name: entry.name, found: argument, expected: entry.expected)
    }
    guard overwrites else { return command }
    guard command.newFile != nil else { throw .writesNoFile(name: entry.name) }
    return .overwrite(command)
  }

  /// The commands whose names begin with the typed text, for hints and completion.
  static func completions(of line: String) -> [Entry] {
    let typed = line.drop { $0 == ":" || $0 == "/" }
    guard isCommand(line), !typed.contains(where: \.isWhitespace) else { return [] }
    return entries.filter { $0.name.hasPrefix(typed.lowercased()) }
  }

  /// The entry whose name is the first word of the line, for the hint while its argument is typed.
  static func entry(ofLine line: String) -> Entry? {
    guard isCommand(line) else { return nil }
    let name = line.drop { $0 == ":" || $0 == "/" }.prefix { !$0.isWhitespace && $0 != "!" }.lowercased()
    return entry(named: aliases[name] ?? name)
  }

  /// The name of a command's setting, which may differ from the command's own.
  static func settingName(_ command: String) -> String { command == "penalty" ? "repetition-penalty" : command }

  private static func entry(named name: String) -> Entry? { entries.first { $0.name == name } }
}
