import Foundation
import Testing

@testable import RetNet
@testable import RetNetCommands
@testable import RetNetText

@Suite("Bad input")
struct BadInputTests {
  private static let model = RetNetProgram.reference("fla-f32")

  /// Expects one line on stderr with `words`, exit status 2 and nothing on stdout.
  private func refused(
    _ arguments: [String], _ words: String..., input: [UInt8] = [], location: SourceLocation = #_sourceLocation
  ) throws {
    let run = try RetNetProgram(arguments, input: input)
    #expect(run.status == 2, "\(run.errors)", sourceLocation: location)
    #expect(run.output.isEmpty, sourceLocation: location)
    #expect(run.errorLines.count == 1, "\(run.errors)", sourceLocation: location)
    #expect(run.errors.hasPrefix("retnet: "), "\(run.errors)", sourceLocation: location)
    for word in words { #expect(run.errors.contains(word), "\(run.errors)", sourceLocation: location) }
  }

  @Test("A path without a model, an unknown name, and a folder without config.json")
  func noModel() throws {
    try refused(["logits", "--model", "/nowhere/at-all", "--tokens", "1"], "/nowhere/at-all")
    try refused(["inspect", "--model", "no-such-name"], "no-such-name")
    try refused(["inspect", "--model", NSTemporaryDirectory()], "config.json")
  }

  @Test("Weights that are truncated, of another format, missing or of another shape")
  func weights() throws {
    let folder = try ModelCopy()
    try folder.change { $0.prefix(20000) }
    try refused(["logits", "--model", folder.path, "--tokens", "1"], "cut off")
    try folder.change { _ in Data("{\"a\":1}".utf8) }
    try refused(["inspect", "--model", folder.path], "JSON text")
    try folder.change { _ in Data() }
    try refused(["inspect", "--model", folder.path], "empty")
    try FileManager.default.removeItem(atPath: folder.weights)
    try refused(["inspect", "--model", folder.path], "no file", "model.safetensors")
    try FileManager.default.copyItem(
      atPath: RetNetProgram.reference("fla-bf16-tied", "model.safetensors"), toPath: folder.weights)
    try refused(["logits", "--model", folder.path, "--tokens", "1"], "shape", "model.embeddings.weight")
  }

  @Test("Weights in PyTorch's own format give one error and three lines of Python, by folder and by file")
  func pickles() throws {
    let folder = try ModelCopy()
    try FileManager.default.removeItem(atPath: folder.weights)
    let path = folder.path + "/pytorch_model.bin"
    try Data([0x50, 0x4B, 3, 4]).write(to: URL(fileURLWithPath: path))
    for model in [folder.path, path] {
      for command in [["inspect"], ["logits", "--tokens", "1"], ["verify"]] {
        let run = try RetNetProgram(command + ["--model", model])
        #expect(run.status == 2, "\(run.errors)")
        #expect(run.output.isEmpty, "\(run.errors)")
        #expect(run.errorLines.count == 4, "\(run.errors)")
        #expect(run.errors.hasPrefix("retnet: '\(path)' is a PyTorch pickle"))
        #expect(Array(run.errorLines.dropFirst()) == CheckpointError.pickled(paths: [path]).remedy)
      }
      let run = try RetNetProgram(["convert", model, folder.path + "/new"])
      #expect(run.status == 2)
      #expect(Array(run.errorLines.dropFirst()) == CheckpointError.pickled(paths: [path]).remedy)
    }
    try refused(["inspect", "--model", folder.path + "/config.json"], "a file, so it is no model")
  }

  @Test("A missing shard, and an index without a weight map")
  func shards() throws {
    let folder = try ModelCopy()
    try FileManager.default.removeItem(atPath: folder.weights)
    func index(_ json: String) throws {
      try json.write(toFile: folder.weights + ".index.json", atomically: true, encoding: .utf8)
    }
    try index("{\"weight_map\":{\"lm_head.weight\":\"model-00001-of-00002.safetensors\"}}")
    try refused(["logits", "--model", folder.path, "--tokens", "1"], "shard 'model-00001-of-00002.safetensors' of")
    try index("{\"metadata\":{\"total_size\":1e300}}")
    try refused(["inspect", "--model", folder.path], "has no 'weight_map'")
  }

  @Test("A folder without config.json, and a configuration that is not JSON")
  func configuration() throws {
    let folder = try ModelCopy()
    try "hidden_size: 64".write(toFile: folder.path + "/config.json", atomically: true, encoding: .utf8)
    try refused(["inspect", "--model", folder.path], "not JSON", "config.json")
    try FileManager.default.removeItem(atPath: folder.path + "/config.json")
    try refused(["inspect", "--model", folder.path], "without config.json")
  }

  @Test("A vocabulary with fewer rows than the tokenizer has pieces is rejected; further rows are padding")
  func vocabulary() throws {
    let model = try TinyModelFolder()
    func write(rows: Int) throws {
      let shape = ModelConfiguration(
        vocabularySize: rows, modelDim: 32, layers: 1, heads: 4, keyDim: 32, valueDim: 64, feedForwardDim: 32)
      try RetNetModel(shape, seed: 7).save(to: model.path, type: .f32)
    }
    let commands = [
      ["inspect"], ["logits", "--tokens", "1"], ["verify", "--text", "the cat"],
      ["generate", "-p", "the", "--max-tokens", "2"], ["evaluate", "--dialogue", model.path + "/dialogue.txt"],
      ["chat", "--plain", "-p", "the"],
    ]
    try write(rows: 284)
    for command in commands {
      try refused(command + ["--model", model.path], "285 pieces", "vocabulary has only 284", "tokenizer.model")
    }
    try write(rows: 300)
    for command in commands.dropLast() {
      let run = try RetNetProgram(command + ["--model", model.path])
      #expect(run.status == 0, "\(run.errors)")
    }
  }

  @Test("A NaN weight is reported at the first step with its layer and tensor")
  func notFinite() throws {
    let folder = try ModelCopy()
    let name = "model.layers.1.attn.k_proj.weight"
    let file = try SafetensorsFile(path: folder.weights)
    let offset = try #require(file.info(name)?.byteRange.lowerBound)
    try folder.change { data in
      var data = data
      data.replaceSubrange(offset..<offset + 4, with: [0, 0, 0xC0, 0x7F])
      return data
    }
    for form in ["parallel", "recurrent", "chunkwise"] {
      try refused(
        ["logits", "--model", folder.path, "--tokens", "1,2", "--form", form, "--json"], "layer 1", "'\(name)'",
        "token 0")
    }
    let inspect = try RetNetProgram(["inspect", "--model", folder.path])
    #expect(inspect.status == 1)
    #expect(inspect.output.contains("'\(name)' has 1 NaN"))
  }

  @Test("Tokens outside the vocabulary, and no tokens")
  func tokens() throws {
    try refused(["logits", "--model", Self.model, "--tokens", "1,5000000", "--json"], "5000000", "index 1")
    try refused(["logits", "--model", Self.model, "--tokens", "-1", "--json"], "-1", "index 0")
    try refused(["logits", "--model", Self.model, "--tokens", "", "--json"], "no tokens")
  }

  @Test("A model without a tokenizer has no text")
  func noTokenizer() throws {
    try refused(["generate", "--model", Self.model, "-p", "hi"], "tokenizer.model")
    try refused(["tokenize", "--model", Self.model, "hi"], "tokenizer.model")
  }

  @Test("Text that is empty, missing, or not UTF-8")
  func text() throws {
    let model = try TinyModelFolder()
    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
      try Data(bytes).write(to: URL(fileURLWithPath: model.path + "/" + name))
      return model.path + "/" + name
    }
    let bad: [UInt8] = [0x61, 0x0A, 0xFF, 0x62]
    for option in ["--text", "--dialogue"] {
      func evaluate(_ path: String, _ words: String) throws {
        try refused(["evaluate", "--model", model.path, option, path, "--json"], words)
      }
      try evaluate(try file("empty", []), "no text")
      try evaluate(try file("blank", Array(" \n\n  ".utf8)), "no text")
      try evaluate(try file("bad", bad), "line 2")
      try evaluate("/nowhere/at-all", "no file")
      try evaluate(NSTemporaryDirectory(), "folder")
    }
    try refused(["evaluate", "--model", model.path, "--dialogue", try file("plain", Array("hello".utf8))], "'U: '")
    try refused(["generate", "--model", model.path, "-p", " "], "empty")
    try refused(["generate", "--model", model.path, "-p", "-"], "empty")
    try refused(["generate", "--model", model.path, "-p", "-"], "not UTF-8", input: bad)
    try refused(["tokenize", "--model", model.path], "not UTF-8", input: bad)
    try refused(["tokenize", "--model", model.path, "--decode", "100000"], "100000")
  }

  @Test("Cases with missing tensors, wrong shapes, or values that are not numbers")
  func cases() throws {
    let folder = try TinyModelFolder()
    let path = folder.path + "/cases.safetensors"
    func write(_ changed: [String: ([Int], [Double])], without missing: String? = nil) throws {
      var tensors: [String: ([Int], [Double])] = [
        "q": ([1, 2, 3, 4], Array(repeating: 1, count: 24)), "k": ([1, 2, 3, 4], Array(repeating: 1, count: 24)),
        "v": ([1, 2, 3, 5], Array(repeating: 1, count: 30)), "gamma": ([2], [0.5, 0.75]),
      ]
      tensors.merge(changed) { $1 }
      if let missing { tensors[missing] = nil }
      try SafetensorsWriter.write(
        tensors.sorted { $0.key < $1.key }.map { name, value in
          SafetensorsWriter.Tensor(name: name, type: .f64, shape: value.0, source: .doubles(value.1))
        }, to: path)
    }
    let command = ["retain", "--cases", path, "--json"]
    try write([:])
    #expect(try RetNetProgram(command).status == 0)
    try refused(["retain", "--cases", path, "--check"], "expected outputs")
    for name in ["q", "k", "v", "gamma"] {
      try write([:], without: name)
      try refused(command, "'\(name)'")
    }
    try write(["k": ([1, 2, 4, 3], Array(repeating: 1, count: 24))])
    try refused(command, "'k'", "[1, 2, 4, 3]", "[1, 2, 3, 4]")
    try write(["q": ([24], Array(repeating: 1, count: 24))])
    try refused(command, "'q'", "[24]")
    try write(["gamma": ([2], [0.5, 1])])
    try refused(command, "head 1", "1.0")
    try write(["v": ([1, 2, 3, 5], [.nan] + Array(repeating: 1, count: 29))])
    try refused(command, "'v'", "NaN")
    try write(["v": ([1, 2, 3, 5], Array(repeating: 3e38, count: 30))])
    try refused(command, "'output'")
    #expect(try RetNetProgram(command + ["--double"]).status == 0)
    try refused(["retain", "--cases", folder.path], "folder")
    try refused(["retain", "--cases", RetNetProgram.reference("README.md")], "not a safetensors")
  }

  @Test(
    "Wrong usage exits with 64 and writes nothing to stdout",
    arguments: [["--no-such-option"], ["no-such-command"], ["logits"], ["generate", "-p"], ["retain", "--form", "x"]])
  func usage(arguments: [String]) throws {
    let run = try RetNetProgram(arguments)
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
    #expect(!run.errors.isEmpty)
  }

  @Test(
    "The error for an unknown command names the nearest one",
    arguments: [
      ("evalute --text x", "Unknown command 'evalute'. Did you mean 'evaluate'? "),
      ("eval --text x", "Unknown command 'eval'. Did you mean 'evaluate'? "),
      ("Chat", "Unknown command 'Chat'. Did you mean 'chat'? "),
      ("help trian", "Unknown command 'trian'. Did you mean 'train'? "), ("story.txt", "Unknown command 'story.txt'. "),
    ])
  func unknownCommand(line: String, message: String) throws {
    let run = try RetNetProgram(line.split(separator: " ").map(String.init))
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
    #expect(run.errors == "Error: \(message)'retnet --help' lists all commands.\n")
  }

  @Test("Leading options are those of chat; help is a command")
  func firstOption() throws {
    let option = try RetNetProgram(["--no-such-option"])
    #expect(option.status == 64)
    #expect(option.errors.hasPrefix("Error: Unknown option '--no-such-option'"))
    for arguments in [["--help"], ["help"], ["help", "evaluate"], ["evaluate", "--help"]] {
      let run = try RetNetProgram(arguments)
      #expect(run.status == 0, "\(arguments)")
      #expect(run.output.contains("USAGE: retnet"), "\(arguments)")
    }
  }

  @Test("A full or closed standard output gives one line; a reader that closes early gives none")
  func output() throws {
    let logits = "\"$RETNET\" logits --model '\(Self.model)' --tokens 1,2,3 --json"
    for redirection in [">/dev/full", ">&-"] {
      let run = try RetNetProgram(shell: "\(logits) \(redirection)")
      #expect(run.status == 2, "\(run.errors)")
      #expect(run.errorLines.count == 1, "\(run.errors)")
      #expect(run.errors.hasPrefix("retnet: "), "\(run.errors)")
    }
    let tokens = Array(repeating: "1", count: 2000).joined(separator: ",")
    let left = try RetNetProgram(
      shell: "(\"$RETNET\" logits --model '\(Self.model)' --tokens \(tokens) --json; echo $? >&2) | head -c 5")
    #expect(left.output == "{\"tok", "\(left.errors)")
    #expect(left.errors == "0\n", "\(left.errors)")
  }

  @Test("Ctrl-C ends a command with status 130")
  func interrupted() async throws {
    let model = try TinyModelFolder()
    // A logit of 0 is never the largest of 285, so the text never ends.
    let loaded = try RetNetModel.load(from: model.path, storage: .expanded)
    let head = loaded.architecture.head
    let eos = try #require(Tokenizer.load(from: model.path + "/tokenizer.model").eos)
    loaded.parameters.withMutablePointer {
      ($0 + head.offset + eos * head.shape[1]).update(repeating: 0, count: head.shape[1])
    }
    try loaded.save(to: model.path, type: .f32)
    let terminal = try PseudoTerminal(
      PseudoTerminal.product("retnet"),
      [
        "generate", "--model", model.path, "--raw", "-p", "the", "--max-tokens", "100000000", "--json",
        "--temperature", "0", "--repetition-penalty", "1",
      ])
    try await terminal.wait("a token is printed") { $0.contains("logProbability") }
    try terminal.send("\u{3}")
    let status = try await terminal.waitForExit()
    #expect(status == 130)
  }
}

/// A copy of a reference model that tests damage.
private final class ModelCopy {
  let path: String
  var weights: String { path + "/model.safetensors" }
  private let original: Data

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("retnet-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    original = try Data(contentsOf: URL(fileURLWithPath: RetNetProgram.reference("fla-f32", "model.safetensors")))
    try original.write(to: URL(fileURLWithPath: weights))
    try FileManager.default.copyItem(
      atPath: RetNetProgram.reference("fla-f32", "config.json"), toPath: path + "/config.json")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes new weights, derived from the intact ones.
  func change(_ body: (Data) -> Data) throws { try body(original).write(to: URL(fileURLWithPath: weights)) }
}
