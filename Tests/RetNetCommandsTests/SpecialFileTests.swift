import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetTUI

@Suite("Pipes and devices in place of files")
struct SpecialFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Expects exit status 2, nothing on stdout, and one line on stderr that names the pipe.
  private func refused(
    _ arguments: [String], _ path: String, environment: [String: String] = [:],
    location: SourceLocation = #_sourceLocation
  ) throws {
    let run = try RetNetProgram(arguments, environment: environment)
    #expect(run.status == 2, "\(arguments): \(run.errors)", sourceLocation: location)
    #expect(run.output.isEmpty, "\(arguments)", sourceLocation: location)
    let naming = run.errorLines.filter { $0.contains("'\(path)'") && $0.contains("pipe") }
    #expect(naming.count == 1, "\(arguments): \(run.errors)", sourceLocation: location)
    #expect(run.errorLines.last == naming.last, "\(arguments): \(run.errors)", sourceLocation: location)
  }

  @Test("A pipe as a file of a model's folder, for every command that reads the folder")
  func modelFolder() throws {
    let commands = [
      ["inspect"], ["logits", "--tokens", "1"], ["generate", "-p", "a"], ["chat", "--plain", "-p", "a"],
      ["verify", "--text", "a"], ["evaluate", "--text", Repository.document("README.md")],
      ["bench", "--only", "state", "--seconds", "1"],
    ]
    let weights = [ModelFolder.configurationFile, ModelFolder.weightsFile]
    for file in weights + [ModelFolder.tokenizerFile, ModelFolder.samplingFile] {
      let model = try TinyModelFolder()
      let path = ModelFolder.path(model.path, file)
      try? FileManager.default.removeItem(atPath: path)
      #expect(mkfifo(path, 0o644) == 0)
      let isWeights = weights.contains(file)
      for command in commands {
        // Some commands do not read the tokenizer, and fewer the sampling values.
        let reads =
          isWeights || file == ModelFolder.tokenizerFile && command[0] != "bench"
          || ["generate", "chat"].contains(command[0])
        if reads { try refused(command + ["--model", model.path], path) }
      }
      if !isWeights {
        try refused(
          [
            "train", "--init", model.path, "--data", Repository.document("README.md"), "--out", folder.path("out"),
            "--steps", "1",
          ], path)
      }
      try refused(["convert", model.path, folder.path("new")], path)
    }
    #expect(try folder.contents().filter { $0 == "new" }.isEmpty)
  }

  @Test("A pipe as the index of shards")
  func shardIndex() throws {
    let model = try TinyModelFolder()
    try FileManager.default.removeItem(atPath: ModelFolder.path(model.path, ModelFolder.weightsFile))
    let path = ModelFolder.path(model.path, ModelFolder.indexFile)
    #expect(mkfifo(path, 0o644) == 0)
    try refused(["inspect", "--model", model.path], path)
  }

  @Test("A pipe as the file of an option, read or written")
  func options() throws {
    let pipe = folder.path("pipe.yaml")
    #expect(mkfifo(pipe, 0o644) == 0)
    let svg = folder.path("pipe.svg")
    #expect(mkfifo(svg, 0o644) == 0)
    let model = try TinyModelFolder()
    let text = Repository.document("README.md")
    let log = try folder.write(
      "log.jsonl", "{\"step\":1,\"tokens\":5}\n{\"step\":1,\"validation\":{\"together\":1.5}}\n")
    let small = [
      "--steps", "1", "--model-dim", "8", "--layers", "1", "--heads", "2", "--length", "8", "--batch-tokens", "8",
    ]
    let train = ["train", "--out", folder.path("out")] + small
    for command in [
      ["evaluate", "--model", model.path, "--text", pipe], ["evaluate", "--model", model.path, "--dialogue", pipe],
      ["evaluate", "--model", model.path, "--last-token", pipe], ["evaluate", "--model", model.path, "--suite", pipe],
      ["retain", "--cases", pipe], ["retain", "--module", RetNetProgram.reference("msr-silu"), "--input", pipe],
      ["curves", "a=\(pipe)"], ["lesson", pipe], ["lesson", "--check", pipe],
      ["generate", "--model", model.path, "-p", "a", "--persona", pipe],
      ["chat", "--plain", "--model", model.path, "-p", "a", "--persona", pipe],
      ["convert", model.path, folder.path("new"), "--measure", pipe],
      train + ["--vocabulary", "300", "--data", pipe], train + ["--vocabulary", "bytes", "--data", text, pipe],
      train + ["--vocabulary", "bytes", "--data", text, "--valid", pipe],
      train + ["--tokenizer", pipe, "--data", text],
      ["train", "--state-only", "--init", model.path, "--data", pipe, "--out", folder.path("state")],
    ] {
      try refused(command, pipe)
    }
    for command in [
      ["curves", "a=\(log)", "--out", svg],
      ["evaluate", "--model", model.path, "--text", text, "--suite", text, "--report", svg],
      ["chat", "--model", model.path, "-p", "a", "--max-tokens", "1", "--screenshot", svg],
    ] {
      try refused(command, svg)
    }
    try refused(["generate", "--model", model.path, "-p", "a"], pipe, environment: ["RETNET_SETTINGS": pipe])
    try refused(["lesson", "--list"], pipe, environment: ["RETNET_LESSONS": pipe])
    #expect(!FileManager.default.fileExists(atPath: folder.path("new")))
  }

  @Test("A pipe in the folder of a run that resumes", arguments: ["checkpoint/training.safetensors", "log.jsonl"])
  func resume(file: String) throws {
    let out = folder.path("out")
    let first = try RetNetProgram([
      "train", "--data", Repository.document("README.md"), "--out", out, "--vocabulary", "bytes", "--steps", "1",
      "--model-dim", "8", "--layers", "1", "--heads", "2", "--length", "8", "--batch-tokens", "8",
    ])
    #expect(first.status == 0, "\(first.errors)")
    try FileManager.default.removeItem(atPath: out + "/" + file)
    #expect(mkfifo(out + "/" + file, 0o644) == 0)
    try refused(["train", "--resume", "--out", out], out + "/" + file)
  }

  @Test("A pipe named in a line of the plain mode gives a message, and the next line runs")
  func plainLines() throws {
    let model = try TinyModelFolder()
    let pipe = folder.path("pipe.txt")
    #expect(mkfifo(pipe, 0o644) == 0)
    let lines = [
      "the cat", ":open-session \(pipe)", ":save-session \(pipe)", ":persona \(pipe)", ":lesson \(pipe)",
      ":max-tokens 7",
    ]
    let run = try RetNetProgram(
      ["chat", "--plain", "--model", model.path, "--max-tokens", "2"],
      input: Array((lines.joined(separator: "\n") + "\n").utf8))
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errorLines.filter { $0.contains(pipe) && $0.contains("a pipe") }.count == 4, "\(run.errors)")
    #expect(run.errors.contains("at most 7 tokens"), "\(run.errors)")
  }

  @Test("Standard input is read where '-' or no text stands for it, also from a pipe")
  func standardInput() throws {
    let model = try TinyModelFolder()
    let run = try RetNetProgram(shell: "printf 'the cat' | \"$RETNET\" tokenize --model '\(model.path)' --json")
    #expect(run.status == 0, "\(run.errors)")
    let verified = try RetNetProgram(
      shell: "printf 'the cat' | \"$RETNET\" verify --model '\(model.path)' --text - --json")
    #expect(verified.status == 0, "\(verified.errors)")
  }
}
