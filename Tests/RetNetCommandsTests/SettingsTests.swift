import Foundation
import RetNet
import Testing

@testable import RetNetSession
@testable import RetNetTUI

@Suite("Settings file")
struct SettingsTests {
  private func settings(_ yaml: String) throws -> Settings { try Settings(yaml: yaml, path: "s.yaml") }

  @Test("The file sets the model and sampling values; missing keys stay unset")
  func values() throws {
    #expect(try settings("") == Settings())
    #expect(try settings("# nothing\n") == Settings())
    #expect(try settings("sampling:\n  # nothing\n") == Settings())
    let all = try settings(
      """
      model: ~/models/one
      threads: 3
      theme: high-contrast
      sampling:
        temperature: 0
        top-k: 12
        top-p: 0.5
        min-p: 0.25
        repetition-penalty: 1.5
        top-n-sigma: 2
        repetition-window: 30
        seed: 9
        stop: ["\\nU:", END]
      """)
    #expect(all.sampling.stop == ["\nU:", "END"])
    #expect(try settings("sampling: {stop: '2'}").sampling.stop == ["2"])
    #expect(throws: SettingsError.self) { try settings("sampling: {stop: [2]}") }
    #expect(throws: SettingsError.self) { try settings("sampling: {stop: ''}") }
    #expect(all.model == "~/models/one")
    #expect(all.threads == 3)
    #expect(all.theme == .highContrast)
    var expected = SamplingChoices(
      [
        .temperature: 0, .topK: 12, .topP: 0.5, .minP: 0.25, .repetitionPenalty: 1.5, .topNSigma: 2,
        .repetitionWindow: 30,
      ], seed: 9)
    expected.stop = ["\nU:", "END"]
    #expect(all.sampling == expected)
    #expect(try settings("model: '3'").model == "3")
  }

  @Test(
    "Text that is not YAML is reported with its line",
    arguments: [("model: [\n", 2), ("model: 'a\nthreads: 2\n", 3), ("\n\nmodel: a\nmodel: b\n", 3), ("a: b: c", 1)])
  func notYAML(yaml: String, line: Int) throws {
    let error = try #require(throws: SettingsError.self) { try settings(yaml) }
    guard case .notYAML("s.yaml", line, let reason) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(!reason.isEmpty)
    #expect(error.description.hasPrefix("The settings file 's.yaml' is not YAML: line \(line): "))
    #expect(!error.description.contains("\n"))
  }

  @Test(
    "Unknown keys are reported with their line, the nearest key and the known keys",
    arguments: [
      ("models: a", 1, "models", "Did you mean 'model'? The keys are model, threads, theme, sampling."),
      ("threads: 2\ntemperature: 1", 2, "temperature", "Did you mean 'sampling.temperature'? The keys are model, "),
      ("x: a", 1, "x", "The keys are model, threads, theme, sampling."),
      ("sampling:\n  temp: 1", 2, "sampling.temp", "Did you mean 'sampling.temperature'? The keys are sampling.temp"),
      ("sampling:\n  'top_k': 1", 2, "sampling.top_k", "Did you mean 'sampling.top-k'? The keys are sampling.temp"),
    ])
  func unknown(yaml: String, line: Int, key: String, rest: String) throws {
    let error = try #require(throws: SettingsError.self) { try settings(yaml) }
    let start = "The settings file 's.yaml', line \(line), has the unknown key '\(key)'. "
    #expect(error.description.hasPrefix(start + rest), "\(error)")
  }

  @Test(
    "Wrong values are reported with their line and the expected value",
    arguments: [
      ("model: 3", 1, "model: 3", "a text, in quotes if it looks like a number"),
      ("model: ''", 1, "model: ''", "a text, in quotes if it looks like a number"),
      ("model:", 1, "model: nothing", "a text, in quotes if it looks like a number"),
      ("model: [a]", 1, "model: a list", "a text, in quotes if it looks like a number"),
      ("sampling: 1", 1, "sampling: 1", "keys and values"), ("- a", 1, "a list", "keys and values"),
      ("nonsense", 1, "nonsense", "keys and values"),
      ("sampling:\n  temperature: hot", 2, "sampling.temperature: hot", "a number from 0 to 10"),
      ("sampling:\n  temperature: .nan", 2, "sampling.temperature: .nan", "a number from 0 to 10"),
      ("sampling:\n\n  top-p: 1.5", 3, "sampling.top-p: 1.5", "a number from 0 to 1"),
      ("sampling: {top-k: 1.5}", 1, "sampling.top-k: 1.5", "a whole number from 0 to 1000000"),
      ("sampling: {seed: -1}", 1, "sampling.seed: -1", "a whole number, 0 or more"),
      ("sampling: {seed: true}", 1, "sampling.seed: true", "a whole number, 0 or more"),
      ("threads: 0", 1, "threads: 0", "a whole number from 1 to 256"),
      ("threads: all", 1, "threads: all", "a whole number from 1 to 256"),
      ("threads: '2'", 1, "threads: '2'", "a whole number from 1 to 256"),
      ("theme: pink", 1, "theme: pink", "auto, dark, light, high-contrast or monochrome"),
      ("theme: 1", 1, "theme: 1", "auto, dark, light, high-contrast or monochrome"),
    ])
  func wrong(yaml: String, line: Int, found: String, expected: String) throws {
    let error = try #require(throws: SettingsError.self) { try settings(yaml) }
    #expect(
      error.description
        == "The settings file 's.yaml', line \(line), has \(found), expected \(expected). Correct it.")
  }

  @Test("The error for a TOML file has one line of YAML with the same settings")
  func oldFormat() throws {
    let toml = """
      # mine
      model = "~/a # b"  # a folder
      threads = 2
      [sampling]
      temperature = 0.7
      top-k = 40
      """
    let yaml = SettingsError.yaml(ofTOML: toml)
    #expect(yaml == "{model: \"~/a # b\", threads: 2, sampling: {temperature: 0.7, top-k: 40}}")
    let expected = SamplingChoices([.temperature: 0.7, .topK: 40])
    let read = try settings(yaml)
    #expect(read.model == "~/a # b")
    #expect(read.threads == 2)
    #expect(read.sampling == expected)
    #expect(SettingsError.yaml(ofTOML: "") == "{}")
  }

  @Test("The file is $RETNET_SETTINGS, or settings.yaml in the user's configuration folder")
  func paths() throws {
    #expect(Settings.usualPath([:]) == nil)
    #expect(Settings.usualPath(["HOME": "/h"]) == "/h/.config/retnet/settings.yaml")
    #expect(Settings.usualPath(["HOME": "/h", "XDG_CONFIG_HOME": ""]) == "/h/.config/retnet/settings.yaml")
    #expect(Settings.usualPath(["HOME": "/h", "XDG_CONFIG_HOME": "relative"]) == "/h/.config/retnet/settings.yaml")
    #expect(Settings.usualPath(["HOME": "/h", "XDG_CONFIG_HOME": "/x"]) == "/x/retnet/settings.yaml")
    #expect(try Settings.read(environment: ["HOME": "/nowhere"]) == Settings())
    #expect(throws: FileError.missing(path: "/nowhere/s")) {
      try Settings.read(environment: ["RETNET_SETTINGS": "/nowhere/s"])
    }
  }

  @Test("--model and $RETNET_MODEL override the file's model; options override its sampling")
  func order() throws {
    let model = try TinyModelFolder()
    let config = model.path + "/config"
    try FileManager.default.createDirectory(atPath: config + "/retnet", withIntermediateDirectories: true)
    let file = config + "/retnet/settings.yaml"
    func write(_ yaml: String) throws { try yaml.write(toFile: file, atomically: true, encoding: .utf8) }
    func run(_ arguments: [String], _ environment: [String: String] = [:], input: String = "") throws -> RetNetProgram {
      try RetNetProgram(
        arguments, input: Array(input.utf8), environment: ["XDG_CONFIG_HOME": config].merging(environment) { $1 })
    }
    try write("model: \(model.path)\nsampling:\n  temperature: 0.25\n  top-k: 3\n")
    let reference = RetNetProgram.reference("fla-f32")
    let (own, other) = (try run(["tokenize", "the"]), try run(["tokenize", "the"], ["RETNET_MODEL": reference]))
    #expect(own.status == 0)
    #expect(other.status == 2)
    #expect(other.errors.contains(reference))
    #expect(try run(["tokenize", "the", "--model", model.path], ["RETNET_MODEL": reference]).status == 0)
    let chat = try run(["--plain", "--top-k", "7"], input: ":sampling\n")
    #expect(chat.output.hasPrefix("temperature 0.25 · top-k 7 · "), "\(chat.output)\(chat.errors)")

    try write("model: no-such-model")
    let missing = try run(["tokenize", "the"])
    #expect(missing.status == 2)
    #expect(missing.errors.contains("'no-such-model'"))
    try write("nonsense")
    for arguments in [["tokenize", "the"], ["generate", "--model", model.path, "-p", "the"], ["-p", "the"]] {
      let broken = try run(arguments)
      #expect(broken.status == 2)
      #expect(broken.output.isEmpty)
      #expect(broken.errorLines.count == 1)
      #expect(broken.errors.hasPrefix("retnet: The settings file '\(file)', line 1, has nonsense"), "\(broken.errors)")
    }
    let another = model.path + "/another.yaml"
    try "model: \(model.path)".write(toFile: another, atomically: true, encoding: .utf8)
    #expect(try run(["tokenize", "the"], ["RETNET_SETTINGS": another]).status == 0)

    let old = config + "/retnet/settings.toml"
    try "model = '\(model.path)'\nthreads = 1\n".write(toFile: old, atomically: true, encoding: .utf8)
    try write("model: \(model.path)")
    #expect(try run(["tokenize", "the"]).status == 0, "an old file next to the new one is ignored")
    try FileManager.default.removeItem(atPath: file)
    for environment in [[:], ["RETNET_SETTINGS": old]] {
      let refused = try run(["tokenize", "the"], environment)
      #expect(refused.status == 2)
      #expect(
        refused.errors
          == "retnet: The settings file '\(old)' is in TOML, but settings are read in YAML. Write this line "
          + "into '\(file)', and remove the old file: {model: '\(model.path)', threads: 1}\n")
    }
  }
}
