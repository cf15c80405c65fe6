import Foundation

@testable import RetNet
@testable import RetNetSession
@testable import RetNetText
@testable import RetNetTraining
@testable import TestSupport

/// Writes the stored inputs of the fuzz targets, small valid files, from the files of this repository.
enum FuzzCorpus {
  /// Largest size of a stored file.
  private static let limit = 24 << 10

  static func write() throws {
    let folder = try Files.temporaryFolder("corpus")
    defer { Files.remove(folder) }
    let reference = "Tests/RetNetTests/Reference"
    try safetensors(folder)
    try add(
      "shard-index", "two", #"{"metadata":{"total_size":16},"weight_map":{"a":"a.safetensors","b":"b.safetensors"}}"#)
    try add("shard-index", "one", #"{"weight_map":{"a":"a.safetensors"}}"#)
    for (first, name, path) in [
      (0, "chat", "Models/chat/config.json"), (1, "fla", "\(reference)/fla-f32/config.json"),
      (2, "torchscale", "\(reference)/torchscale-gelu/config.json"),
      (5, "sampling", "Models/chat/generation_config.json"),
    ] {
      try add("configuration", name, [UInt8(first)] + Files.read(Files.repository(path)))
    }
    try add("configuration", "module", [3] + RetentionModuleConfiguration(modelDim: 16, heads: 2).json())
    try add("configuration", "stack", [4] + RetNetStackConfiguration(modelDim: 16, layers: 2, heads: 2).json())
    for (name, method) in [("unigram", TokenizerOptions.Method.unigram), ("bpe", .bpe)] {
      try add("tokenizer", name, try TrainedTokenizer.train(method).file)
    }
    try add(
      "tokenizer", "normalizing", Files.read(Files.repository("\(reference)/tokenizers/unigram-normalizing.model")))
    for name in ["bpe-whole", "bpe-added-normalized", "unigram-t5", "unigram-metaspace"] {
      try add("tokenizer-json", name, Files.read(Files.repository("\(reference)/tokenizers-json/\(name).json")))
    }
    try initialState(folder)
    try checkpoints(folder)
    try sessions()
    try add("suite", "probes", suite("Models/chat/probes.json", lists: ["recall", "manners"]))
    try add("suite", "checks", suite("Models/chat/checks.json", lists: ["conversations"]))
    try add(
      "settings", "all",
      "# settings\nmodel: chat\nthreads: 2\nsampling:\n  temperature: 0.7\n  top-k: 40\n  top-p: 0.9\n  min-p: 0.05\n"
        + "  repetition-penalty: 1.1\n  seed: 7\n")
    try add("settings", "quoted", "model: 'a: b'\nsampling: {temperature: 0, seed: 1}\n")
    for name in ["01-recurrence", "05-chunkwise", "12-mistakes"] {
      try add("lesson", name, Files.read(Files.repository("Lessons/\(name).yaml")))
    }
    try formulas()
    try add("dialogue", "two", "U: Hello!\nB: Hi. How are you?\n\nU: Where is the cat?\r\nB: On the roof.\nU:\nB: ok\n")
    try add("dialogue", "mark", "\u{FEFF}U: e\u{301} 漢字 😀\nU: twice\nB: <|user|> </s>\n \t\n\nU: last")
    try add(
      "keys", "words", Array("hello\r:explore\u{9}".utf8) + [0xFF] + Array("\u{1B}[A\u{1B}OB\u{1B}[1;5C\u{1B}".utf8))
    try add("keys", "paste", Array("\u{1B}[200~pasted\r\ntext\u{1B}[201~:norms\r?\u{3}".utf8) + [0xFF, 0x80, 0xFF])
    try add("keys", "codes", Array(":forms costs\r\u{E000}a\u{E001}\u{E002}\u{E003}hjkl:undo\r:speed 4\r".utf8))
  }

  private static func add(_ target: String, _ name: String, _ bytes: some Sequence<UInt8>) throws {
    let content = Array(bytes)
    guard content.count <= limit else {
      throw Options.Failure(description: "\(target)/\(name) has \(content.count) bytes, more than \(limit).")
    }
    try Files.makeFolder(Files.corpus(target))
    try Files.write(content, to: Files.corpus(target) + "/" + name)
  }

  private static func add(_ target: String, _ name: String, _ text: String) throws { try add(target, name, text.utf8) }

  private static func safetensors(_ folder: String) throws {
    let types: [TensorType] = [.f64, .f32, .f16, .bf16, .i64, .u64, .i32, .u8, .bool]
    let tensors = types.map {
      SafetensorsWriter.Tensor(
        name: "layer.\($0.rawValue)", type: $0, shape: [2, 3], source: .bytes([UInt8](repeating: 1, count: 6 * $0.size))
      )
    }
    try SafetensorsWriter.write(tensors, metadata: ["format": "pt", "a\"b": "\u{1F600}"], to: folder + "/file")
    try add("safetensors", "types", Files.read(folder + "/file"))
    try SafetensorsWriter.write(
      [
        .init(name: "scalar", type: .f32, shape: [], source: .floats([1])),
        .init(name: "empty", type: .i64, shape: [0, 4], source: .integers([])),
      ], to: folder + "/file")
    try add("safetensors", "scalar", Files.read(folder + "/file"))
    try add("safetensors", "none", [2, 0, 0, 0, 0, 0, 0, 0] + "{}".utf8)
  }

  private static func initialState(_ folder: String) throws {
    let configuration = FuzzModel.model.configuration
    let matrices = FuzzModel.model.makeState().layers.map { $0.matrix.indices.map { Float($0 % 7) / 8 } }
    try InitialState(matrices: matrices, modelHash: FuzzModel.hash).write(to: folder + "/state", for: configuration)
    try add("initial-state", "persona", Files.read(folder + "/state"))
  }

  private static func checkpoints(_ folder: String) throws {
    for carries in [false, true] {
      var options = TrainingOptions(data: ["lines"])
      (options.steps, options.batchTokens, options.length, options.warmUp, options.threads) = (9, 32, 8, 2, 1)
      options.carriesState = carries
      options.chunkLength = 4
      let trainer = FuzzModel.trainer(options)
      for _ in 0..<3 { _ = try trainer.makeStep() }
      let path = folder + "/checkpoint"
      try TrainingCheckpoint.write(
        trainer, dataFingerprint: FuzzModel.corpus.fingerprint(includesFileBounds: false), seconds: 1, to: path)
      try add("checkpoint", carries ? "carried" : "plain", Files.read(path))
    }
  }

  private static func sessions() throws {
    let configuration = FuzzModel.model.configuration
    var sampling = SamplingOptions()
    sampling.temperature = 0.5
    let model = SessionFile.Model(name: "small", sha256: FuzzModel.hash)
    let tokens = [1, 3, 20, 30, 40, 4, 50, 60].map { min($0, configuration.vocabularySize - 1) }
    let turns = [RecordedBranch.Turn(index: 1, speaker: .user), .init(index: 5, speaker: .reply)]
    var changed = StepOptions()
    changed.changes[HeadIndex(layer: 1, head: 1)] = HeadOverride(scale: 0.5, gamma: 0.9)
    changed.edits = [.zero(HeadIndex(layer: 0, head: 1))]
    let first = RecordedBranch(tokens: tokens, options: tokens.map { _ in StepOptions() }, turns: turns)
    let second = RecordedBranch(
      id: 1, parent: 0, fork: 4, tokens: Array(tokens.prefix(6)),
      options: (0..<6).map { $0 < 4 ? StepOptions() : changed }, turns: turns,
      pending: [.init(token: 20, opens: nil)])
    for (name, branches) in [("one", [first]), ("two", [first, second])] {
      let session = SessionFile(
        model: model, sampling: sampling, branches: branches, branch: branches.count - 1, position: 5)
      try add("session", name, session.json())
    }
  }

  /// The first entries of each list of a suite.
  private static func suite(_ path: String, lists: [String]) throws -> Data {
    let json = try JSONSerialization.jsonObject(with: Data(Files.read(Files.repository(path))))
    guard var object = json as? [String: Any] else { throw Options.Failure(description: "'\(path)' is no object.") }
    for list in lists { object[list] = (object[list] as? [Any]).map { Array($0.prefix(3)) } }
    return try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
  }

  private static func formulas() throws {
    for (index, text) in [
      "1 + 2 * 3 ^ 2 - -4 / 5", "sum(m, 0, 9, 0.9 ^ (9 - m))", "gamma(0, 1) ^ 7 <= 0.5 and not (1 == 2 or 3 != 4)",
      "min(1, 2, max(3, 4)) + atan2(1, 2) + log2(8)", "sum(m, 0, 3, sum(n, m, 3, m * n))",
    ].enumerated() { try add("formula", "\(index)", text) }
  }
}
