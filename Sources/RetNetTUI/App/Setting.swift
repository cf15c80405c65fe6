import RetNetSession
import TerminalKit

/// A setting that a settings file, an environment variable, an option or a command sets. This is the one definition of
/// its name, its values, its unit and its default: the reader of the file, `:set`, the options screen, `retnet settings`
/// and docs/settings.md read it.
package enum Setting: Sendable, Hashable, CaseIterable {
  case model, threads, snapshotMemory, theme, maximumTokens, speed, motion, scale, showProbabilities, mouse, history
  case autosave, keepSessions
  case sampling(SamplingValue)
  case seed

  package static let allCases: [Setting] =
    [
      .model, .threads, .snapshotMemory, .theme, .maximumTokens, .speed, .motion, .scale, .showProbabilities, .mouse,
      .history, .autosave, .keepSessions,
    ]
    + SamplingValue.allCases.map { .sampling($0) } + [.seed]

  /// The name of the command, of the option and of the key in its section of the file.
  package var name: String {
    switch self {
    case .model: "model"
    case .threads: "threads"
    case .snapshotMemory: "snapshot-memory"
    case .theme: "theme"
    case .maximumTokens: "max-tokens"
    case .speed: "speed"
    case .motion: "motion"
    case .scale: "scale"
    case .showProbabilities: "show-probabilities"
    case .mouse: "mouse"
    case .history: "history"
    case .autosave: "autosave"
    case .keepSessions: "keep-sessions"
    case .sampling(let value): value.rawValue
    case .seed: "seed"
    }
  }

  /// The section of the file; nil for the top level.
  package var section: String? {
    switch self {
    case .sampling, .seed: "sampling"
    case .model, .threads, .snapshotMemory, .theme, .maximumTokens, .speed, .motion, .scale, .showProbabilities, .mouse,
      .history, .autosave, .keepSessions:
      nil
    }
  }

  /// The key in the file, with its section: `sampling.top-k`.
  package var key: String { (section.map { $0 + "." } ?? "") + name }

  /// `RETNET_TOP_K`
  package var variable: String { "RETNET_" + name.uppercased().replacing("-", with: "_") }

  /// The option of `retnet chat`; nil without one.
  package var option: String? {
    switch self {
    case .model, .threads, .snapshotMemory, .theme, .maximumTokens, .sampling, .seed: "--" + name
    case .speed, .motion, .scale, .showProbabilities, .mouse, .history, .autosave, .keepSessions: nil
    }
  }

  package var values: SettingValues {
    switch self {
    case .model: .text
    case .threads: .integer(ThreadSetting.range)
    case .snapshotMemory: .integer(0...65_536)
    case .theme: .words(Theme.Name.allCases.map(\.rawValue))
    case .maximumTokens: .integer(1...1_000_000)
    case .speed: .number(.leastNormalMagnitude...100_000, or: ["max"], "a number above 0, at most 100000, or max")
    case .motion, .showProbabilities, .mouse, .history, .autosave: .words(["on", "off"])
    case .keepSessions: .integer(1...100_000)
    case .scale:
      .number(
        .leastNormalMagnitude ... .greatestFiniteMagnitude, or: ["p99", "sqrt", "linear", "symlog"],
        "p99, sqrt, linear, symlog, or a magnitude above 0")
    case .sampling(let value):
      value.isInteger
        ? .integer(Int(value.range.lowerBound)...Int(value.range.upperBound))
        : .number(value.range, or: [], "a number from \(Numbers.bounds(value.range))")
    case .seed: .seed
    }
  }

  /// What the setting does, as help shows it.
  package var summary: String {
    switch self {
    case .model: "a model's folder, or the name of a bundled one"
    case .threads: "cores to compute on; applies from the next start"
    case .snapshotMemory: "memory for states to return to; applies from the next start"
    case .theme: "the colours of the screen"
    case .maximumTokens: "longest reply, in tokens"
    case .speed: "reply tokens a second on the screen"
    case .motion: "play each step in three short frames"
    case .scale: "the colours of the state"
    case .showProbabilities: "colour the tokens of replies by their probability"
    case .mouse: "whether the app or the terminal handles the mouse"
    case .history: "keep messages and commands for later sessions"
    case .autosave: "save conversations; applies from the next start"
    case .keepSessions: "saved sessions without a name that are kept; applies from the next start"
    case .sampling(let value): value.summary
    case .seed: "the same seed draws the same tokens"
    }
  }

  /// The unit of a number; nil without one.
  package var unit: String? {
    switch self {
    case .threads: "cores"
    case .snapshotMemory: "MiB"
    case .maximumTokens: "tokens"
    case .keepSessions: "sessions"
    case .speed: "tokens/s"
    case .sampling(.topK), .sampling(.repetitionWindow): "tokens"
    case .sampling(.topNSigma): "σ"
    case .sampling(.frequencyPenalty), .sampling(.presencePenalty): "nats"
    case .model, .theme, .motion, .scale, .showProbabilities, .mouse, .history, .autosave, .sampling, .seed: nil
    }
  }

  /// The value without any source. Sampling values are the model's own, if its folder has them.
  package var fallback: String {
    let settings = ChatSettings()
    return switch self {
    case .model: "chat"
    case .threads: "all cores"
    case .snapshotMemory: "\(Engine.snapshotBytes >> 20)"
    case .theme: Theme.Name.auto.rawValue
    case .maximumTokens: "\(settings.maximumTokens)"
    case .speed: settings.speed.map { Numbers.plain($0) } ?? "max"
    case .motion: Self.onOff(settings.motion)
    case .scale: settings.scale.name
    case .showProbabilities: Self.onOff(settings.showsProbabilities)
    case .mouse: Self.onOff(true)
    case .history: Self.onOff(settings.history)
    case .autosave: Self.onOff(settings.autosave)
    case .keepSessions: "\(settings.keepSessions)"
    case .sampling(let value): Numbers.plain(value[SamplingOptions()])
    case .seed: "\(SamplingOptions().seed)"
    }
  }

  static func onOff(_ isOn: Bool) -> String { isOn ? "on" : "off" }

  /// The setting with this name or key.
  static func named(_ name: String) -> Setting? { allCases.first { $0.name == name || $0.key == name } }
}

/// The values that a setting accepts, as text.
package enum SettingValues: Sendable, Hashable {
  case text
  case integer(ClosedRange<Int>)
  case seed
  /// A number in a range, or one of some words; the last part says so in words.
  case number(ClosedRange<Float>, or: [String], String)
  case words([String])

  /// The values in words.
  package var expected: String {
    switch self {
    case .text: "a text, in quotes if it looks like a number"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .seed: "a whole number, 0 or more"
    case .number(_, _, let words): words
    case .words(let words): CommandTable.names(words)
    }
  }

  /// Whether a text is one of the values.
  package func accept(_ text: String) -> Bool {
    switch self {
    case .text: !text.isEmpty
    case .integer(let range): Int(text).map { range.contains($0) } ?? false
    case .seed: UInt64(text) != nil
    case .number(let range, let words, _): words.contains(text) || CommandTable.decimal(text, in: range) != nil
    case .words(let words): words.contains(text)
    }
  }

  /// The words among the values.
  var words: [String] {
    switch self {
    case .words(let words), .number(_, let words, _): words
    case .text, .integer, .seed: []
    }
  }
}

/// The source of a setting's value. Later ones override earlier ones.
package enum SettingOrigin: Sendable, Hashable {
  case builtIn
  /// The file of the model with this name.
  case model(String)
  /// A line of the settings file, from 1.
  case file(line: Int)
  case variable(String)
  case option(String)
  case session
  case lesson

  package var description: String {
    switch self {
    case .builtIn: "default"
    case .model(let name): "the model \(name)"
    case .file(let line): "settings file, line \(line)"
    case .variable(let name): "$\(name)"
    case .option(let name): name
    case .session: "this session"
    case .lesson: "the lesson"
    }
  }
}

extension Setting {
  /// The table of docs/settings.md.
  package static let table: String = {
    let rows = allCases.map { setting in
      let values = setting.values.expected.replacing(", in quotes if it looks like a number", with: "")
      let isNumber = setting.fallback.first?.isNumber == true
      let fallback = setting.fallback + (isNumber ? setting.unit.map { " " + $0 } ?? "" : "")
      return "| `\(setting.key)` | \(setting.summary) | \(values) | \(fallback) | `\(setting.variable)` | "
        + "\(setting.option.map { "`\($0)`" } ?? "") |\n"
    }
    return "| key | sets | values | default | environment | option |\n|---|---|---|---|---|---|\n" + rows.joined()
  }()
}
