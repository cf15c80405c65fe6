import RetNet
import RetNetAnalysis

/// The commands of the state explorer and of the forms laboratory.
extension CommandTable {
  static let explorerEntries: [Entry] = [
    Entry(
      name: "live", argument: "", expected: "nothing", summary: "the conversation, with decay and state beside it",
      parse: { _ in nil }, bare: .view(.live, nil)),
    Entry(
      name: "explore", argument: "[PAGE]", expected: "nothing, or " + names(Explorer.Page.self),
      summary: "the state explorer: \(names(Explorer.Page.self))",
      parse: { Explorer.Page(rawValue: $0.lowercased()).map { .view(.explorer, $0) } }, bare: .view(.explorer, nil)),
    Entry(
      name: "goto", argument: "N|start", expected: "a token's number from 0, or 'start'",
      summary: "go to the step of this token, or to the start", parse: parseGoTo),
    Entry(
      name: "find", argument: "[TEXT]", expected: "a text", summary: "go to the next token with this text",
      parse: { .find($0) }, bare: .find(nil)),
    integer("pick", 1...10, "pick this candidate; 1 is the most probable") { .pick(rank: $0) },
    Entry(
      name: "mode", argument: choices(Explorer.Mode.self), expected: names(Explorer.Mode.self),
      summary: "values of the heatmaps", parse: { Explorer.Mode(rawValue: $0.lowercased()).map { .mode($0) } }),
    Entry(
      name: "strip", argument: choices(Explorer.Strip.self), expected: names(Explorer.Strip.self),
      summary: "values under the tokens",
      parse: { Explorer.Strip(rawValue: $0.lowercased()).map { .strip($0) } }),
    Entry(
      name: "part", argument: choices(Explorer.Part.self), expected: names(Explorer.Part.self),
      summary: "part of S whose writers are listed",
      parse: { Explorer.Part(rawValue: $0.lowercased()).map { .part($0) } }),
    Entry(
      name: "reference", argument: "token N|branch N|norms 123 GROUP|empty|off",
      expected:
        "'token' or 'branch' with a number, 'norms' with those that are on (123, 12T, -) and a group norm, 'empty' "
        + "for the same tokens from an empty state, or 'off'",
      summary: "reference of 'difference'", parse: parseReference),
    number("head-scale", -100...100, "scale the selected head's output; 0 is off") {
      .experiment(.scale($0))
    },
    toggle("freeze", "freeze the selected head's state") { .experiment(.freeze($0)) },
    Entry(
      name: "gamma", argument: "X|model", expected: "a number between 0 and 1, or 'model'",
      summary: "change the selected head's decay", parse: parseGamma),
    Entry(
      name: "zero", argument: "", expected: "nothing", summary: "clear the selected head's state",
      parse: { _ in nil }, bare: .experiment(.zero)),
    Entry(
      name: "copy", argument: "[turn|N|all|code] or LAYER HEAD",
      expected: "nothing, 'turn', a turn's number, 'all', 'code', or a layer and a head",
      summary: "a turn to the clipboard; or this head's state to the selected head", parse: parseCopy,
      bare: .clipboard(.turn(nil))),
    Entry(
      name: "undo-experiment", argument: "", expected: "nothing",
      summary: "undo the last experiment, back to its step", parse: { _ in nil }, bare: .undoExperiment),
    Entry(
      name: "break", argument: "token TEXT|entropy X|norm X|divergence X|off",
      expected: "'token' with a text, 'entropy', 'norm' or 'divergence' with a number above 0, or 'off'",
      summary: "stop a run at a breakpoint", parse: parseBreakpoint),
    Entry(
      name: "export", argument: "state|contributions|logits FILE",
      expected: names(Command.Exported.self) + ", and a file name that ends in .csv, .npy or .json",
      summary: "write this step's values to a file; :export! replaces one", parse: parseExport),
    Entry(
      name: "save-session", argument: "FILE", expected: "a file name",
      summary: "save all tokens and branches; :save-session! replaces a file", parse: { .saveSession($0) }),
    Entry(
      name: "open-session", argument: "FILE", expected: "a file name",
      summary: "recompute a saved session, bit for bit", parse: { .openSession($0) }),
    Entry(
      name: "sessions", argument: "", expected: "nothing", summary: "the saved sessions: open, search, rename, delete",
      parse: { _ in nil }, bare: .sessions),
    Entry(
      name: "resume", argument: "[NAME]", expected: "nothing, or a saved session's title or id, or the start of one",
      summary: "resume a saved session, or the last one", parse: { .resume($0) }, bare: .resume(nil)),
    Entry(
      name: "rename", argument: "NAME", expected: "a name", summary: "name this session in the list of sessions",
      parse: { .rename($0) }),
    Entry(
      name: "export-transcript", argument: "FILE", expected: "a file name that ends in .md or .json",
      summary: "write the text of the session; :export-transcript! replaces a file",
      parse: { SessionTranscript.Format(path: $0) == nil ? nil : .exportTranscript($0) }),
  ]

  static let labEntries: [Entry] = [
    Entry(
      name: "forms", argument: "[PAGE]", expected: "nothing, or " + names(Lab.Page.self),
      summary: "the forms laboratory: \(names(Lab.Page.self))",
      parse: { Lab.Page(rawValue: $0.lowercased()).map { .laboratory($0) } }, bare: .laboratory(nil)),
    integer("chunk", Lab.chunkLengths, "tokens in a chunk of the chunkwise form") { .chunk($0) },
    Entry(
      name: "entry", argument: "N M", expected: "two tokens by their numbers",
      summary: "read one entry of D and R, row N, column M",
      parse: { pair($0).map { .entry(row: $0.0, column: $0.1) } }),
  ]

  static func names<Choice: CaseIterable & RawRepresentable>(_: Choice.Type) -> String
  where Choice.RawValue == String {
    names(Choice.allCases.map(\.rawValue))
  }

  /// `dark, light or auto`
  static func names(_ all: [String]) -> String {
    all.dropLast().joined(separator: ", ") + " or " + (all.last ?? "")
  }

  static func choices<Choice: CaseIterable & RawRepresentable>(_: Choice.Type) -> String
  where Choice.RawValue == String {
    Choice.allCases.map(\.rawValue).joined(separator: "|")
  }

  /// Two whole numbers from 0.
  static func pair(_ text: String) -> (Int, Int)? {
    let numbers = text.split { $0 == " " || $0 == "," }.map { Int($0) }
    guard numbers.count == 2, let first = numbers[0], let second = numbers[1], first >= 0, second >= 0 else {
      return nil
    }
    return (first, second)
  }

  private static func parseCopy(_ text: String) -> Command? {
    switch text.lowercased() {
    case "turn": .clipboard(.turn(nil))
    case "all": .clipboard(.all)
    case "code": .clipboard(.code)
    default:
      if let number = Int(text) {
        number >= 0 ? .clipboard(.turn(number)) : nil
      } else {
        pair(text).map { .experiment(.copy(from: HeadIndex(layer: $0.0, head: $0.1))) }
      }
    }
  }

  private static func parseGoTo(_ text: String) -> Command? {
    if text == "start" { return .goTo(0) }
    return Int(text).flatMap { (0...1_000_000_000).contains($0) ? .goTo($0 + 1) : nil }
  }

  private static func parseGamma(_ text: String) -> Command? {
    if text == "model" { return .experiment(.gamma(nil)) }
    return decimal(text, in: 0...1).flatMap { $0 > 0 && $0 < 1 ? .experiment(.gamma(Double(text) ?? Double($0))) : nil }
  }

  private static func parseReference(_ text: String) -> Command? {
    let words = text.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
    let number = words.count == 2 ? Int(words[1]).flatMap { $0 >= 0 ? $0 : nil } : nil
    switch words.first {
    case "off": return words.count == 1 ? .reference(nil) : nil
    case "empty": return words.count == 1 ? .reference(.emptyStart) : nil
    case "token":
      return number.flatMap { $0 < 1_000_000_000 ? .reference(.position($0 + 1)) : nil }
    case "branch": return number.map { .reference(.branch($0)) }
    case "norms": return parseNorms(Array(words.dropFirst())).map { .reference(.norms($0)) }
    default: return nil
    }
  }

  /// `123 off`: the norms 1, 2 and 3 that are on, `T` for torchscale's norm 3, `-` for none; then the group norm.
  private static func parseNorms(_ words: [String]) -> NormOptions? {
    guard let on = words.first, words.count <= 2, on == "-" || on.allSatisfy({ "123t".contains($0) }) else {
      return nil
    }
    let group = words.count == 2 ? NormOptions.Group(rawValue: words[1]) : .model
    guard let group, !(on.contains("3") && on.contains("t")) else { return nil }
    let third: RetentionNorms.Score = on.contains("3") ? .paper : on.contains("t") ? .torchscale : .off
    return NormOptions(
      retention: RetentionNorms(norm1: on.contains("1"), norm2: on.contains("2"), norm3: third), group: group)
  }

  private static func parseExport(_ text: String) -> Command? {
    let parts = text.split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
    guard parts.count == 2, let exported = Command.Exported(rawValue: parts[0].lowercased()),
      ExportFormat(path: parts[1]) != nil
    else { return nil }
    return .export(exported, path: parts[1])
  }

  private static func parseBreakpoint(_ text: String) -> Command? {
    let parts = text.split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
    if parts == ["off"] { return .breakpoint(nil) }
    guard parts.count == 2 else { return nil }
    let number = decimal(parts[1], in: .leastNormalMagnitude ... .greatestFiniteMagnitude)
    switch parts[0].lowercased() {
    case "token": return .breakpoint(.token(parts[1]))
    case "entropy": return number.map { .breakpoint(.entropy($0)) }
    case "norm": return number.map { .breakpoint(.norm($0, nil)) }
    case "divergence": return number.map { .breakpoint(.divergence($0)) }
    default: return nil
    }
  }
}
