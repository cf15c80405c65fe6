import Foundation
import Testing

@testable import RetNet

@Suite("Output of the commands")
struct CommandOutputTests {
  /// max |found − expected| / max |expected|, both flat.
  private func difference(_ found: [Double], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    let magnitude = expected.map { abs($0) }.max() ?? 1
    return (zip(found, expected).map { abs($0 - $1) }.max() ?? 0) / magnitude
  }

  private func flat(_ value: Any?) -> [Double] {
    if let number = value as? NSNumber { return [number.doubleValue] }
    return (value as? [Any])?.flatMap { flat($0) } ?? []
  }

  @Test("logits prints the reference's logits in every form", arguments: ["parallel", "recurrent", "chunkwise"])
  func logits(form: String) throws {
    let file = try SafetensorsFile(path: RetNetProgram.reference("fla-f32", "cases.safetensors"))
    let time = try #require(file.info("tokens")?.shape.last)
    let tokens = try file.integers("tokens").prefix(time)
    let vocabulary = try #require(file.info("logits")?.shape.last)
    let run = try RetNetProgram([
      "logits", "--model", RetNetProgram.reference("fla-f32"), "--form", form, "--chunk-length", "5", "--json",
      "--tokens", tokens.map(String.init).joined(separator: ","),
    ])
    #expect(run.status == 0)
    #expect(run.errors == "retnet: dialect fla, found from 'model_type' in config.json.\n")
    let json = try #require(try run.json())
    #expect(json["tokens"] as? [Int] == Array(tokens))
    #expect((json["logits"] as? [[Any]])?.map(\.count) == Array(repeating: vocabulary, count: time))
    let expected = try file.doubles("logits").prefix(time * vocabulary)
    #expect(difference(flat(json["logits"]), Array(expected)) < 1e-4)
  }

  @Test("retain prints the reference's output and state in Double", arguments: ["parallel", "recurrent", "chunkwise"])
  func retain(form: String) throws {
    let path = RetNetProgram.reference("core-small", "cases.safetensors")
    let file = try SafetensorsFile(path: path)
    let run = try RetNetProgram([
      "retain", "--cases", path, "--double", "--form", form, "--norm2", "on", "--norm3", "paper", "--json",
    ])
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    let json = try #require(try run.json())
    #expect(difference(flat(json["output"]), try file.doubles("out.qk1.row1.score-paper")) < 1e-12)
    let state = try #require(json["state"] as? [String: Any])
    for name in ["S", "z", "c"] { #expect(difference(flat(state[name]), try file.doubles("state.\(name)")) < 1e-12) }
    #expect((json["output"] as? [[[[Any]]]])?.first?.first?.first?.count == file.info("v")?.shape.last)
  }

  @Test("Outside the parallel form torchscale's norm 3 has no divisor, and one line on stderr says so")
  func torchscale() throws {
    let path = RetNetProgram.reference("core-clamped", "cases.safetensors")
    let file = try SafetensorsFile(path: path)
    func run(_ form: String) throws -> RetNetProgram {
      try RetNetProgram(["retain", "--cases", path, "--form", form, "--norm3", "torchscale", "--json"])
    }
    let (parallel, recurrent) = (try run("parallel"), try run("recurrent"))
    #expect(parallel.errors.isEmpty)
    #expect(recurrent.errorLines.count == 1)
    #expect(recurrent.errors.contains("norm 3"))
    let expected = try file.doubles("out.qk1.row0.score-torchscale")
    #expect(difference(flat(try parallel.json()?["output"]), expected) < 1e-5)
    #expect(difference(flat(try recurrent.json()?["output"]), try file.doubles("out.qk1.row0.score-off")) < 1e-5)
  }

  @Test("retain --check compares every combination and exits with 1 if one differs")
  func check() throws {
    for folder in ["core-small", "core-clamped"] {
      let path = RetNetProgram.reference(folder, "cases.safetensors")
      let run = try RetNetProgram(["retain", "--cases", path, "--check", "--json"])
      #expect(run.status == 0)
      #expect(try run.json()?["passed"] as? Bool == true)
      // 12 combinations and 3 parts of the state in the parallel form; 8 and 3 in each of 4 others; 2 precisions.
      #expect((try run.json()?["comparisons"] as? [Any])?.count == 2 * (15 + 4 * 11))
    }
    let folder = try TinyModelFolder()
    let file = try SafetensorsFile(path: RetNetProgram.reference("core-small", "cases.safetensors"))
    let tensors = try ["q", "k", "v", "gamma", "out.qk1.row0.score-off"].map { name in
      var values = try file.doubles(name)
      if name.hasPrefix("out") { values[3] += 1e-3 }
      return SafetensorsWriter.Tensor(
        name: name, type: .f64, shape: try #require(file.info(name)?.shape), source: .doubles(values))
    }
    let path = folder.path + "/other.safetensors"
    try SafetensorsWriter.write(tensors, to: path)
    let run = try RetNetProgram(["retain", "--cases", path, "--check"])
    #expect(run.status == 1)
    #expect(run.output.contains("10 of 10 comparisons failed"))
  }

  @Test("inspect counts parameters, sums up the state and finds damaged tensors")
  func inspect() throws {
    let run = try RetNetProgram(["inspect", "--model", RetNetProgram.reference("fla-f32"), "--json"])
    #expect(run.status == 0)
    let json = try #require(try run.json())
    let file = try SafetensorsFile(path: RetNetProgram.reference("fla-f32", "model.safetensors"))
    let count = try file.names.reduce(0) { try $0 + #require(file.info($1)).shape.reduce(1, *) }
    #expect(json["parameters"] as? Int == count)
    let groups = try #require(json["groups"] as? [[String: Any]])
    #expect(groups.reduce(0) { $0 + ($1["parameters"] as? Int ?? 0) } == count)
    // Float32 has 4 bytes; a key/value cache has keys and values of every token, layer and key/value head.
    #expect(groups.reduce(0) { $0 + ($1["bytes"] as? Int ?? 0) } == 4 * count)
    let shape = try #require(json["configuration"] as? [String: Any]).compactMapValues { $0 as? Int }
    func size(_ name: String) -> Int { shape[name] ?? 0 }
    let perToken = 4 * size("layers") * size("keyValueHeads") * (size("headDim") + size("headValueDim"))
    let caches = try #require(json["keyValueCache"] as? [[String: Int]])
    #expect(caches.map { $0["bytes"] ?? 0 } == [1024, 8192, 65_536].map { $0 * perToken })
    #expect(json["dialect"] as? String == "fla")
    let decay = try #require(json["decay"] as? [[String: Any]])
    #expect(decay.first?["gamma"] as? Double == 1 - 1.0 / 32)
    // ln ½ / ln (31/32)
    #expect(abs((decay.first?["halfLife"] as? Double ?? 0) - 21.8323) < 1e-4)
    #expect(json["tokenizer"] is NSNull)
    let folder = try TinyModelFolder()
    let chat = try RetNetProgram(["inspect", "--model", folder.path, "--json"])
    let tokenizer = try #require(try chat.json()?["tokenizer"] as? [String: Any])
    #expect(tokenizer["bytePieces"] as? Int == 256)
    #expect(tokenizer["byteFallback"] as? Bool == true)
    let counts = ["textPieces", "controlPieces", "bytePieces"].map { tokenizer[$0] as? Int ?? 0 }
    #expect(counts.reduce(1, +) == tokenizer["pieces"] as? Int)  // and the unknown one
    let text = try RetNetProgram(["inspect", "--model", RetNetProgram.reference("fla-f32")])
    #expect(text.status == 0)
    #expect(text.output.contains("All \(file.names.count) tensors are finite"))
  }

  @Test("--decode inverts tokenize")
  func tokenize() throws {
    let model = try TinyModelFolder()
    let text = "the cat, déjà vu 😀"
    let run = try RetNetProgram(["tokenize", "--model", model.path, "--json"], input: Array((text + "\n").utf8))
    let tokens = try #require(try run.json()?["tokens"] as? [Int])
    #expect(tokens.count == (try run.json()?["pieces"] as? [String])?.count)
    let list = tokens.map(String.init).joined(separator: ",")
    let back = try RetNetProgram(["tokenize", "--model", model.path, "--json", "--decode", list])
    #expect(try back.json()?["text"] as? String == text)
  }

  @Test("generate prints the same lines for the same seed, and their texts form the reply")
  func generate() throws {
    let model = try TinyModelFolder()
    func run(_ more: String...) throws -> RetNetProgram {
      try RetNetProgram(
        ["generate", "--model", model.path, "-p", "-", "--max-tokens", "12", "--seed", "3"] + more,
        input: Array("do you like old films?\n".utf8))
    }
    let (json, again, text) = (try run("--json"), try run("--json"), try run())
    #expect(json.status == 0)
    #expect(json.errors.isEmpty)
    #expect(json.output == again.output)
    let lines = try json.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    // Each token, then the summary.
    #expect((2...13).contains(lines.count))
    #expect(lines.last?.keys.sorted() == ["summary"])
    #expect(lines.map { $0["text"] as? String ?? "" }.joined() + "\n" == text.output)
    for line in lines.dropLast() {
      #expect((line["logProbability"] as? Double ?? 1) < 0)
      // At most the entropy of 285 equally likely tokens.
      #expect((0...log(285.0) + 1e-6).contains(line["entropy"] as? Double ?? -1))
    }
  }

  @Test("evaluate reports all files together and each file alone")
  func evaluate() throws {
    let model = try TinyModelFolder()
    let dialogue = model.path + "/two.txt"
    try "U: hi\nB: the cat\n\nU: the dog\nB: yes".write(toFile: dialogue, atomically: true, encoding: .utf8)
    let run = try RetNetProgram(
      ["evaluate", "--model", model.path, "--dialogue", dialogue, model.path + "/dialogue.txt", "--json"])
    #expect(run.status == 0)
    let json = try #require(try run.json())
    let files = try #require(json["files"] as? [[String: Any]])
    #expect(files.map { $0["path"] as? String } == [dialogue, model.path + "/dialogue.txt"])
    #expect(files.first?["bytes"] as? Int == 35)
    func number(_ object: [String: Any], _ name: String) -> Double { object[name] as? Double ?? .nan }
    for object in files + [json] {
      let nats = number(object, "lossNats")
      let bits = nats * number(object, "tokens") / log(2) / number(object, "bytes")
      #expect(abs(number(object, "bitsPerByte") - bits) < 1e-9 * bits)
      #expect(abs(number(object, "perplexity") - exp(nats)) < 1e-9 * exp(nats))
    }
    #expect(number(json, "tokens") == files.reduce(0) { $0 + number($1, "tokens") })
    let one = try RetNetProgram(["evaluate", "--model", model.path, "--dialogue", dialogue, "--json"])
    let keys = try #require(try one.json()).keys.sorted()
    #expect(keys == ["bitsPerByte", "bytes", "lossNats", "perplexity", "tokens"])
  }
}
