import Foundation
import Testing

@testable import RetNet

@Suite("retnet convert")
struct ConvertCommandTests {
  /// Expects one line on stderr with `words`, exit status 2, nothing on stdout and nothing written.
  private func refused(
    _ arguments: [String], _ words: String..., target: String, location: SourceLocation = #_sourceLocation
  ) throws {
    let run = try RetNetProgram(["convert"] + arguments)
    #expect(run.status == 2, "\(run.errors)", sourceLocation: location)
    #expect(run.output.isEmpty, "\(run.errors)", sourceLocation: location)
    #expect(run.errorLines.count == 1, "\(run.errors)", sourceLocation: location)
    for word in words { #expect(run.errors.contains(word), "\(run.errors)", sourceLocation: location) }
    #expect(!FileManager.default.fileExists(atPath: target), sourceLocation: location)
  }

  @Test("A converted text model has its tokenizer and the measured loss, and runs")
  func measured() throws {
    let model = try TinyModelFolder()
    let target = model.path + "-f16"
    let run = try RetNetProgram([
      "convert", model.path, target, "--type", "f16", "--measure", model.path + "/dialogue.txt", "--dialogue", "--json",
    ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.isEmpty, "\(run.errors)")
    let json = try #require(try run.json())
    #expect(json["dialect"] as? String == "fla")
    #expect(json["dropped"] as? [String] == [])
    #expect(
      json["files"] as? [String] == [
        "model.safetensors", "tokenizer.model", "README.md", "tokenizer.json", "tokenizer_config.json", "config.json",
      ])
    let measure = try #require(json["measure"] as? [String: Any])
    let (before, after) = (measure["before"] as? Double ?? .nan, measure["after"] as? Double ?? .nan)
    // Weights with deviation 0.02 change by up to 2^−11 of their value.
    #expect(before != after)
    #expect(abs(before - after) < 1e-3)
    #expect(abs((measure["difference"] as? Double ?? .nan) - (after - before)) < 1e-12)
    let generated = try RetNetProgram(["generate", "--model", target, "-p", "hi", "--max-tokens", "2"])
    #expect(generated.status == 0)
    let text = try RetNetProgram(["convert", model.path, target, "--overwrite"])
    #expect(text.status == 0)
    #expect(text.output.contains("tensors of fla, "))
    #expect(text.output.hasSuffix("in one file\n"))
  }

  @Test("An int8 or int4 model is measured, inspected and run without conversion", arguments: ["int8", "int4"])
  func quantized(_ type: String) throws {
    let model = try TinyModelFolder()
    let target = model.path + "-" + type
    let run = try RetNetProgram([
      "convert", model.path, target, "--type", type, "--measure", model.path + "/dialogue.txt", "--dialogue", "--json",
    ])
    #expect(run.status == 0)
    #expect(run.errorLines.count == 1)
    #expect(run.errors.contains("only this program reads"))
    let json = try #require(try run.json())
    let measure = try #require(json["measure"] as? [String: Any])
    let (before, after) = (measure["before"] as? Double ?? .nan, measure["after"] as? Double ?? .nan)
    // Weights with deviation 0.02 change by up to 2^−4 of their value.
    #expect(before != after)
    #expect(abs(before - after) < 1e-2)
    let inspected = try RetNetProgram(["inspect", "--model", target, "--json"])
    #expect(inspected.status == 0)
    let report = try #require(try inspected.json())
    let groups = try #require(report["groups"] as? [[String: Any]])
    #expect(Set(groups.compactMap { $0["type"] as? String }).contains(type == "int8" ? "I8" : "U8"))
    #expect(try RetNetProgram(["generate", "--model", target, "-p", "hi", "--max-tokens", "2"]).status == 0)
  }

  @Test("A rejected conversion gives one line and writes nothing")
  func refusals() throws {
    let model = try TinyModelFolder()
    let target = model.path + "-new"
    try refused(["/nowhere/at-all", target], "/nowhere/at-all", target: target)
    try refused([model.path, model.path], "both source and destination", target: target)
    try refused(
      [model.path, target, "--to", "torchscale"], "cannot be written as torchscale", "d_k = 8", target: target)
    try refused([model.path, target, "--measure", "/nowhere/text"], "no file '/nowhere/text'", target: target)
    try refused([model.path, model.path + "/config.json"], "is a file", target: target)
    let reference = RetNetProgram.reference("fla-f32")
    try refused([reference, target, "--measure", model.path + "/dialogue.txt"], "tokenizer.model", target: target)
    let copy = model.path + "-copy"
    #expect(try RetNetProgram(["convert", model.path, copy]).status == 0)
    let again = try RetNetProgram(["convert", reference, copy])
    #expect(again.status == 2)
    #expect(again.errors.contains("already holds a model"))
    #expect(again.errors.contains("--overwrite"))
  }

  @Test("Wrong usage exits with 64")
  func usage() throws {
    for arguments in [
      ["a"], ["a", "b", "--type", "f64"], ["a", "b", "--to", "msr"], ["a", "b", "--shard-size", "0"],
      ["a", "b", "--dialogue"],
    ] {
      #expect(try RetNetProgram(["convert"] + arguments).status == 64)
    }
  }
}
