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
    for wrong in ["[2]", "''", "{a: b}"] {
      let wrong = try settings("sampling:\n  stop: \(wrong)\n  top-k: 3")
      #expect(wrong.problems.count == 1)
      #expect(wrong.problems.first?.description.contains("line 2, has sampling.stop: ") == true)
      #expect(wrong.sampling.stop == nil)
      #expect(wrong.sampling.values[.topK] == 3)
    }
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
      (
        "models: a", 1, "models",
        "Did you mean 'model'? The keys are model, threads, snapshot-memory, theme, max-tokens, "
      ),
      ("threads: 2\ntemperature: 1", 2, "temperature", "Did you mean 'sampling.temperature'? The keys are model, "),
      ("x: a", 1, "x", "The keys are model, threads, snapshot-memory, theme, max-tokens, "),
      ("sampling:\n  temp: 1", 2, "sampling.temp", "Did you mean 'sampling.temperature'? The keys are sampling.temp"),
      ("sampling:\n  'top_k': 1", 2, "sampling.top_k", "Did you mean 'sampling.top-k'? The keys are sampling.temp"),
    ])
  func unknown(yaml: String, line: Int, key: String, rest: String) throws {
    let read = try settings(yaml)
    #expect(read.problems.count == 1)
    let error = try #require(read.problems.first)
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
      ("sampling: 1", 1, "sampling: 1", "keys and values"), ("keys: 1", 1, "keys: 1", "keys and values"),
      ("speed: fast", 1, "speed: fast", "a number above 0, at most 100000, or max"),
      ("motion: 1", 1, "motion: 1", "on or off"),
      ("max-tokens: 0", 1, "max-tokens: 0", "a whole number from 1 to 1000000"),
      ("scale: -1", 1, "scale: -1", "p99, sqrt, linear, symlog, or a magnitude above 0"),
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
    let read = try settings(yaml)
    #expect(read.problems.count == 1)
    #expect(read.values.isEmpty)
    #expect(
      read.problems.first?.description
        == "The settings file 's.yaml', line \(line), has \(found), expected \(expected). Correct it.")
  }

  @Test(
    "A file that has no keys and values cannot be read",
    arguments: [("- a", "a list"), ("nonsense", "nonsense"), ("3", "3")])
  func noKeys(yaml: String, found: String) throws {
    let error = try #require(throws: SettingsError.self) { try settings(yaml) }
    #expect(
      error.description
        == "The settings file 's.yaml', line 1, has \(found), expected keys and values. Correct it.")
  }

  @Test("Wrong settings are named in the order of their lines, and the rest is kept")
  func rest() throws {
    let read = try settings(
      """
      theme: pink
      model: stories
      colour: red
      sampling:
        top-k: 9
        top-p: 3
        seed: 4
      keys:
        F5: nothing
        F6: zoom
      speed: max
      """)
    #expect(read.model == "stories")
    #expect(read.sampling == SamplingChoices([.topK: 9], seed: 4))
    #expect(read.chat.speed == nil)
    #expect(read.theme == nil)
    #expect(read.problems.map(\.line) == [1, 3, 6, 9])
    #expect(read.keys == [KeyRemap(key: .function(6), target: .action("zoom"), contexts: [.live])])
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

    // Options override the environment, and this overrides the file.
    let variables = ["RETNET_TOP_K": "5", "RETNET_TEMPERATURE": "0.5", "RETNET_SEED": "8"]
    let all = try run(["--plain", "--top-k", "7"], variables, input: ":sampling\n")
    #expect(all.output.hasPrefix("temperature 0.5 · top-k 7 · "), "\(all.output)\(all.errors)")
    #expect(all.output.hasSuffix("seed 8\n"), "\(all.output)")
    let options = try run(["--plain", "--top-k", "7", "--max-tokens", "3"], variables, input: ":options\n")
    let sources = ["max-tokens": "3 tokens --max-tokens", "top-k": "7 tokens --top-k", "seed": "8 $RETNET_SEED"]
    for line in options.output.split(separator: "\n").map({ $0.split(separator: " ").map(String.init) }) {
      if let source = sources[line[0]] { #expect(line.dropFirst().joined(separator: " ") == source) }
    }
    let shown = try run(["settings"], variables)
    #expect(shown.status == 0)
    #expect(shown.output.contains("top-k                5 tokens         $RETNET_TOP_K\n"), "\(shown.output)")
    #expect(shown.output.contains("model                \(model.path) settings file, line 1\n"), "\(shown.output)")

    // Wrong settings are named once, and the rest is kept.
    try write("model: \(model.path)\nthreads: 0\nsampling:\n  temperature: hot\n  top-k: 3\n")
    let wrong = try run(["--plain"], ["RETNET_MIN_P": "2"], input: ":sampling\n")
    #expect(wrong.status == 0)
    #expect(wrong.output.contains("top-k 3 · "), "\(wrong.output)")
    #expect(
      wrong.errorLines.filter { $0.contains("expected") } == [
        "retnet: The settings file '\(file)', line 2, has threads: 0, expected a whole number from 1 to 256. Correct it.",
        "retnet: The settings file '\(file)', line 4, has sampling.temperature: hot, expected a number from 0 to 10. "
          + "Correct it.",
        "retnet: $RETNET_MIN_P is '2', expected a number from 0 to 1. Correct it, or unset it.",
      ])
    let json = try run(["settings", "--json"])
    #expect(json.status == 1)
    let report = try #require(try json.json())
    #expect(report["file"] as? String == file)
    #expect((report["problems"] as? [String])?.count == 2)
    let rows = try #require(report["settings"] as? [[String: Any]])
    #expect(rows.compactMap { $0["name"] as? String } == Setting.allCases.map(\.key))
    let topK = try #require(rows.first { $0["name"] as? String == "sampling.top-k" })
    #expect(topK["value"] as? String == "3")
    #expect(topK["source"] as? String == "file")
    #expect(topK["line"] as? Int == 5)

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
