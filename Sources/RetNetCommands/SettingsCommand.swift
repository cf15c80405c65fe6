import ArgumentParser
import Foundation
import RetNet
import RetNetSession
import RetNetTUI
import TerminalKit

/// `retnet settings`: prints all settings.
struct SettingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings",
    abstract: "Print each setting and where its value comes from.",
    discussion: """
      Options override environment variables such as $RETNET_TOP_K, these override the settings file, and this overrides \
      the model's own values. A wrong setting is reported with its line and has no effect; the exit status is then 1.

      With --json: {"file":…,"settings":[{"name":…,"value":…,"source":…,"line":…,"variable":…}],"problems":[…]}. The \
      source is default, model, file or variable; only file has a line, only variable a variable.
      """)

  @OptionGroup(title: "Model") var model: ModelArguments
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let settings = try Settings.read()
    if settings.values[.threads] == nil { _ = try ThreadSetting.chosen() }
    // Without a model, its values are unknown.
    let folder = try? model.folder()
    let sampling = try folder.map { try SamplingOptions.stored(in: $0) }
    var rows = SettingRow.all(
      settings, model: folder.flatMap { folder in sampling.map { (ModelCatalog.shownName(folder), $0) } })
    if let named = model.model, let index = rows.firstIndex(where: { $0.setting == .model }) {
      rows[index] = SettingRow(setting: .model, value: named, origin: .option("--model"))
    }
    let output = StandardOutput()
    if json {
      try write(rows, settings, JSONWriter(output))
    } else {
      for row in rows { try output.write(ScreenText.printable(row.text) + "\n") }
    }
    try output.flush()
    if !settings.problems.isEmpty { throw ExitCode(1) }
  }

  private func write(_ rows: [SettingRow], _ settings: Settings, _ json: JSONWriter) throws {
    try json.object {
      try json.field("file", Settings.path()?.path)
      try json.field("settings") { try json.objects(rows) { try write($0, json) } }
      try json.field("problems") {
        try json.array { for problem in settings.problems { try json.value(problem.description) } }
      }
    }
    try json.endLine()
  }

  private func write(_ row: SettingRow, _ json: JSONWriter) throws {
    try json.field("name", row.setting.key)
    try json.field("value", row.value)
    switch row.origin {
    case .builtIn: try json.field("source", "default")
    case .model: try json.field("source", "model")
    case .file(let line):
      try json.field("source", "file")
      try json.field("line", line)
    case .variable(let name):
      try json.field("source", "variable")
      try json.field("variable", name)
    case .option, .session, .lesson: try json.field("source", "option")
    }
  }
}
