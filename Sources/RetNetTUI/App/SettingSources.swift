import RetNetSession
import TerminalKit

/// The sources of the app's settings: the user's file and environment, options, and changes in this session.
package struct SettingSources: Sendable, Hashable {
  /// The values at the start, or when they were saved last. Values that differ are changes of this session.
  struct Values: Sendable, Hashable {
    var chat = ChatSettings()
    var theme = Theme.Name.auto
    var mouse = true
    var model = ""
  }

  package var user: Settings
  /// The settings that options of the command line have set.
  package var options: Set<Setting>
  var saved = Values()
  /// The model as the last command named it.
  var model: String
  /// The model that a command is opening.
  var requestedModel: String?
  /// The names of the bundled models, once they are known.
  var models: [String] = []

  /// - Parameter model: the model as an option, the user or the default names it.
  package init(user: Settings = Settings(), options: Set<Setting> = [], model: String = Setting.model.fallback) {
    (self.user, self.options, self.model) = (user, options, model)
    saved.model = model
  }
}

/// A setting with its value.
package struct SettingRow: Sendable, Hashable {
  package var setting: Setting
  package var value: String
  package var origin: SettingOrigin

  package init(setting: Setting, value: String, origin: SettingOrigin) {
    (self.setting, self.value, self.origin) = (setting, value, origin)
  }

  /// `top-k  40 tokens  the model chat`, in columns.
  package var text: String { "\(setting.name.rightPadded(20)) \(shownValue.rightPadded(16)) \(origin.description)" }

  /// The value with its unit.
  package var shownValue: String {
    let isNumber = value.first.map { $0.isNumber || "-.".contains($0) } ?? false
    return value + (isNumber ? setting.unit.map { " " + $0 } ?? "" : "")
  }

  /// All settings without an app.
  ///
  /// - Parameter model: the model's name and sampling values; nil if it cannot be read.
  package static func all(_ settings: Settings, model: (name: String, sampling: SamplingOptions)?) -> [SettingRow] {
    Setting.allCases.map { setting in
      if let value = settings.values[setting] {
        return SettingRow(setting: setting, value: value.text, origin: value.origin)
      }
      guard case .sampling(let value) = setting, let model else {
        return SettingRow(setting: setting, value: setting.fallback, origin: .builtIn)
      }
      return SettingRow(setting: setting, value: Numbers.plain(value[model.sampling]), origin: .model(model.name))
    }
  }
}

extension SettingSources.Values {
  /// The value of a setting as text.
  ///
  /// - Parameter user: the user's settings, for those that apply from the next start.
  func text(of setting: Setting, user: Settings) -> String {
    switch setting {
    case .model: model
    case .threads, .snapshotMemory, .autosave, .keepSessions:
      chat.later[setting] ?? user.values[setting]?.text ?? setting.fallback
    case .theme: theme.rawValue
    case .maximumTokens: "\(chat.maximumTokens)"
    case .speed: chat.speed.map { Numbers.plain($0) } ?? "max"
    case .motion: Setting.onOff(chat.motion)
    case .scale: if case .fixed(let limit) = chat.scale { Numbers.exact(limit) } else { chat.scale.name }
    case .showProbabilities: Setting.onOff(chat.showsProbabilities)
    case .mouse: Setting.onOff(mouse)
    case .history: Setting.onOff(chat.history)
    case .sampling(let value): Numbers.exact(value[chat.sampling])
    case .seed: "\(chat.sampling.seed)"
    }
  }
}

extension AppState {
  private var values: SettingSources.Values {
    SettingSources.Values(chat: settings, theme: traits.theme.name, mouse: mouse, model: sources.model)
  }

  /// The values at the start, of the model that is open now.
  private var savedValues: SettingSources.Values {
    var saved = sources.saved
    saved.chat.modelSampling = settings.modelSampling
    return saved
  }

  func value(of setting: Setting) -> String { values.text(of: setting, user: sources.user) }

  private func savedValue(of setting: Setting) -> String {
    savedValues.text(of: setting, user: sources.user)
  }

  func row(of setting: Setting) -> SettingRow {
    let value = value(of: setting)
    return SettingRow(
      setting: setting, value: value, origin: origin(of: setting, isChanged: value != savedValue(of: setting)))
  }

  private func origin(of setting: Setting, isChanged: Bool) -> SettingOrigin {
    if lesson != nil {
      switch setting {
      case .sampling, .seed, .maximumTokens, .speed, .motion, .scale, .showProbabilities: return .lesson
      case .model, .threads, .snapshotMemory, .theme, .mouse, .history, .autosave, .keepSessions: break
      }
    }
    if isChanged { return .session }
    if sources.options.contains(setting), let option = setting.option { return .option(option) }
    if let value = sources.user.values[setting] { return value.origin }
    if case .sampling = setting, let model { return .model(model.name) }
    return .builtIn
  }

  /// The settings that this session has changed, with their values.
  var changedSettings: [SettingRow] { Setting.allCases.map(row).filter { $0.origin == .session } }

  /// Shows what is wrong in the settings file.
  mutating func reportProblems() {
    guard let first = sources.user.problems.first else { return }
    let rest = sources.user.problems.count - 1
    say(first.description + (rest > 0 ? " \(rest) more: 'retnet settings' lists all." : ""), isError: true)
  }

  // MARK: The options screen

  /// Sets a setting, as `:set` does.
  mutating func set(_ setting: Setting, to text: String) -> [Effect] {
    do throws(CommandError) {
      return perform(try CommandTable.parse(":set \(setting.name) \(text)"))
    } catch {
      return refuse(error.description)
    }
  }

  /// The rows of the options screen that contain the searched text.
  func optionRows(_ page: OptionsPage) -> [SettingRow] {
    let rows = Setting.allCases.map(row)
    let search = page.search.lowercased()
    guard !search.isEmpty else { return rows }
    return rows.filter { "\($0.text) \($0.setting.key) \($0.setting.summary)".lowercased().contains(search) }
  }

  var selectedOption: SettingRow? { optionsPage.flatMap { page in optionRows(page)[at: page.line] } }

  mutating func changeOption(by step: Int) -> [Effect] {
    guard let row = selectedOption else { return [] }
    guard let next = row.setting.value(after: row.value, step: step) else {
      return refuse("Enter types a value: \(row.setting.values.expected).", isError: false)
    }
    return set(row.setting, to: next)
  }

  mutating func restoreOption() -> [Effect] {
    guard let row = selectedOption, row.origin == .session else {
      return refuse("The value is unchanged.", isError: false)
    }
    let before = savedValue(of: row.setting)
    guard row.setting.values.accept(before) else {
      settings.later[row.setting] = nil
      return []
    }
    return set(row.setting, to: before)
  }

  mutating func saveSettings() -> [Effect] {
    let changed = changedSettings
    guard !changed.isEmpty else { return refuse("No value has changed, so the file is unchanged.", isError: false) }
    return [.app(.saveSettings(changed))]
  }

  /// The file has the changed values.
  mutating func receive(saved user: Settings, in path: String) {
    let changed = changedSettings.map(\.setting)
    let hidden = changed.filter { if case .variable = user.values[$0]?.origin { true } else { false } }
    sources.user = user
    sources.options.subtract(changed)
    sources.saved = values
    say(
      "Saved to \(path)."
        + (hidden.first.map { " At the next start $\($0.variable) overrides \($0.name)." } ?? ""))
  }
}

extension Setting {
  /// The next or previous value; nil if it must be typed.
  func value(after text: String, step: Int) -> String? {
    switch values {
    case .text: return nil
    case .words(let words): return Self.next(words, after: text, step)
    case .seed: return UInt64(text).map { "\(step < 0 ? ($0 == 0 ? 0 : $0 - 1) : $0 == .max ? $0 : $0 + 1)" }
    case .integer(let range):
      let value = Int(text) ?? range.lowerBound
      return "\(min(max((value / unitStep + step) * unitStep, range.lowerBound), range.upperBound))"
    case .number(let range, let words, _):
      if self == .scale { return Self.next(words, after: text, step) }
      if self == .speed {
        guard let value = Float(text) else { return step < 0 ? "1024" : text }
        return step > 0 && value >= 1024 ? "max" : Numbers.plain(max(step < 0 ? value / 2 : value * 2, 0.25))
      }
      let size = Double(numberStep)
      let value = ((Double(text) ?? 0) / size + Double(step)).rounded() * size
      return Numbers.plain(Float(min(max(value, Double(range.lowerBound)), Double(range.upperBound))))
    }
  }

  private static func next(_ words: [String], after text: String, _ step: Int) -> String {
    guard let index = words.firstIndex(of: text) else { return words[0] }
    return words[(index + step + words.count) % words.count]
  }

  /// The change of a whole number by one key.
  private var unitStep: Int {
    switch self {
    case .maximumTokens: 16
    case .sampling(.repetitionWindow): 8
    case .model, .threads, .snapshotMemory, .theme, .speed, .motion, .scale, .showProbabilities, .mouse, .history,
      .autosave, .keepSessions, .sampling, .seed:
      1
    }
  }

  /// The change of a number by one key.
  private var numberStep: Float {
    switch self {
    case .sampling(.topP), .sampling(.minP), .sampling(.typicalP): 0.01
    case .sampling(.topNSigma): 0.1
    case .model, .threads, .snapshotMemory, .theme, .maximumTokens, .speed, .motion, .scale, .showProbabilities, .mouse,
      .history, .autosave, .keepSessions, .sampling, .seed:
      0.05
    }
  }
}
