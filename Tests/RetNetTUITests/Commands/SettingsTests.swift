import Foundation
import RetNet
import Testing

@testable import RetNetTUI

@Suite("Settings file")
struct SettingsTests {
  private func settings(_ toml: String) throws -> Settings { try Settings(toml: toml, path: "s.toml") }

  @Test("A model and the sampling values; what is not there is not set")
  func values() throws {
    #expect(try settings("") == Settings())
    #expect(try settings("# nothing\n") == Settings())
    let all = try settings(
      """
      model = "~/models/one"
      threads = 3
      [sampling]
      temperature = 0
      top-k = 12
      top-p = 0.5
      min-p = 0.25
      repetition-penalty = 1.5
      seed = 9
      """)
    #expect(all.model == "~/models/one" && all.threads == 3)
    let expected = SamplingChoices(temperature: 0, topK: 12, topP: 0.5, minP: 0.25, repetitionPenalty: 1.5, seed: 9)
    #expect(all.sampling == expected)
  }

  @Test("Text that is no TOML is named with its line")
  func notTOML() throws {
    for (toml, line) in [("model = \n", 1), ("model = \"a\"\n[sampling\n", 2), ("\n\nmodel = 'a'\nmodel = 'b'\n", 4)] {
      let error = try #require(throws: SettingsError.self) { try settings(toml) }
      guard case .notTOML("s.toml", line, let reason) = error else {
        Issue.record("\(error)")
        continue
      }
      #expect(!reason.isEmpty && error.description.contains("line \(line)"))
    }
  }

  @Test(
    "Unknown keys and wrong values are named",
    arguments: [
      ("models = 'a'", "'models'", "model, threads, sampling"), ("model = 3", "model = 3", "a text in quotes"),
      ("model = ''", "model = ", "a text in quotes"), ("sampling = 1", "sampling = 1", "a table"),
      ("[sampling]\ntemp = 1", "'sampling.temp'", "sampling.temperature"),
      ("[sampling]\ntemperature = 'hot'", "sampling.temperature", "a number from 0 to 10"),
      ("[sampling]\ntemperature = nan", "sampling.temperature", "a number from 0 to 10"),
      ("[sampling]\ntop-p = 1.5", "sampling.top-p = 1.5", "a number from 0 to 1"),
      ("[sampling]\ntop-k = 1.5", "sampling.top-k = 1.5", "a whole number"),
      ("[sampling]\nseed = -1", "sampling.seed = -1", "a whole number"),
      ("threads = 0", "threads = 0", "a whole number from 1 to 256"),
      ("threads = 'all'", "threads = ", "a whole number from 1 to 256"),
      ("[sampling]\nseed = true", "sampling.seed = true", "a whole number"),
    ])
  func wrong(toml: String, found: String, expected: String) throws {
    let error = try #require(throws: SettingsError.self) { try settings(toml) }
    #expect(error.description.contains("'s.toml'"))
    #expect(error.description.contains(found) && error.description.contains(expected), "\(error)")
    #expect(!error.description.contains("\n"))
  }

  @Test("The file is $RETNET_SETTINGS, or one of the user's configuration folder")
  func paths() throws {
    #expect(Settings.usualPath([:]) == nil)
    #expect(Settings.usualPath(["HOME": "/h"]) == "/h/.config/retnet/settings.toml")
    #expect(Settings.usualPath(["HOME": "/h", "XDG_CONFIG_HOME": ""]) == "/h/.config/retnet/settings.toml")
    #expect(Settings.usualPath(["HOME": "/h", "XDG_CONFIG_HOME": "relative"]) == "/h/.config/retnet/settings.toml")
    #expect(Settings.usualPath(["HOME": "/h", "XDG_CONFIG_HOME": "/x"]) == "/x/retnet/settings.toml")
    #expect(try Settings.read(environment: ["HOME": "/nowhere"]) == Settings())
    #expect(throws: FileError.missing(path: "/nowhere/s")) {
      try Settings.read(environment: ["RETNET_SETTINGS": "/nowhere/s"])
    }
  }

  @Test("The file's model comes after --model and $RETNET_MODEL; its sampling is between the model's and the options'")
  func order() throws {
    let model = try TinyModelFolder()
    let config = model.path + "/config"
    try FileManager.default.createDirectory(atPath: config + "/retnet", withIntermediateDirectories: true)
    let file = config + "/retnet/settings.toml"
    func write(_ toml: String) throws { try toml.write(toFile: file, atomically: true, encoding: .utf8) }
    func run(_ arguments: [String], _ environment: [String: String] = [:], input: String = "") throws -> RetNetProgram {
      try RetNetProgram(
        arguments, input: Array(input.utf8), environment: ["XDG_CONFIG_HOME": config].merging(environment) { $1 })
    }
    try write("model = '\(model.path)'\n[sampling]\ntemperature = 0.25\ntop-k = 3\n")
    let reference = RetNetProgram.reference("fla-f32")
    let (own, other) = (try run(["tokenize", "the"]), try run(["tokenize", "the"], ["RETNET_MODEL": reference]))
    #expect(own.status == 0 && other.status == 2 && other.errors.contains(reference))
    #expect(try run(["tokenize", "the", "--model", model.path], ["RETNET_MODEL": reference]).status == 0)
    let chat = try run(["--plain", "--top-k", "7"], input: ":sampling\n")
    #expect(chat.output.hasPrefix("temperature 0.25 · top-k 7 · "), "\(chat.output)\(chat.errors)")

    try write("model = 'no-such-model'")
    let missing = try run(["tokenize", "the"])
    #expect(missing.status == 2 && missing.errors.contains("'no-such-model'"))
    try write("nonsense")
    for arguments in [["tokenize", "the"], ["generate", "--model", model.path, "-p", "the"], ["-p", "the"]] {
      let broken = try run(arguments)
      #expect(broken.status == 2 && broken.output.isEmpty && broken.errorLines.count == 1)
      #expect(broken.errors.hasPrefix("retnet: The settings file '\(file)' is not TOML: line 1"), "\(broken.errors)")
    }
    let another = model.path + "/another.toml"
    try "model = '\(model.path)'".write(toFile: another, atomically: true, encoding: .utf8)
    #expect(try run(["tokenize", "the"], ["RETNET_SETTINGS": another]).status == 0)
  }
}
