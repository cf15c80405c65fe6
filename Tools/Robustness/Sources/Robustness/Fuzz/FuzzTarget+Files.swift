import Foundation

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetSession
@testable import RetNetText
@testable import RetNetTraining
@testable import TestSupport

/// The model that session files, states and checkpoints belong to in these targets.
enum FuzzModel {
  static let tokenizer = trained()
  static let model = RetNetModel.small(tokenizer)
  static let hash = String(repeating: "0", count: 64)

  /// The data of checkpoints, for a model that is small enough to store its checkpoints.
  static let corpus = TrainingCorpus(
    documents: TrainedTokenizer.lines.map { tokenizer.encode($0).map { $0 % 12 } }, name: "lines", bytes: 200)
  private static let tiny = RetNetModel(
    ModelConfiguration(
      vocabularySize: 12, modelDim: 4, layers: 1, heads: 1, keyDim: 4, valueDim: 4, feedForwardDim: 4), seed: 1)

  private static func trained() -> Tokenizer {
    do { return try TrainedTokenizer.unigram.get() } catch { fatalError("The tokenizer cannot be trained: \(error)") }
  }

  /// A trainer with the options of a checkpoint.
  static func trainer(_ options: TrainingOptions) -> Trainer {
    Trainer(options: options, corpus: corpus, model: TrainedNetwork(tiny))
  }
}

extension FuzzTarget {
  static let safetensors = FuzzTarget(name: "safetensors", structure: .safetensors) { input, path in
    let file = try SafetensorsFile(path: path)
    var covered = 0
    for name in file.names {
      guard let info = file.info(name) else { return require(false, "Tensor '\(name)' has no entry.") }
      require(info.byteRange.upperBound <= input.count, "Tensor '\(name)' ends after the file.")
      covered += info.byteRange.count
      _ = try? file.floats(name)
      _ = try? file.doubles(name)
      _ = try? file.integers(name)
    }
    let headerBytes = input.prefix(8).reversed().reduce(0) { $0 << 8 + Int($1) }
    require(covered + 8 + headerBytes == input.count, "The tensors do not cover the file.")

    let tensors = try file.names.compactMap { name in
      try file.info(name).map { info in
        SafetensorsWriter.Tensor(
          name: name, type: info.type, shape: info.shape, source: .bytes(try file.withBytes(name) { Array($0) }))
      }
    }
    try SafetensorsWriter.write(tensors, metadata: file.metadata, to: path + ".copy")
    let copy = try SafetensorsFile(path: path + ".copy")
    require(copy.metadata == file.metadata, "The metadata of a copy differ.")
    require(Set(copy.names) == Set(file.names), "The tensors of a copy differ.")
    for name in file.names {
      require(copy.info(name)?.shape == file.info(name)?.shape, "The shape of '\(name)' differs in a copy.")
      let bytes = try (file.withBytes(name) { Array($0) }, copy.withBytes(name) { Array($0) })
      require(bytes.0 == bytes.1, "The bytes of '\(name)' differ in a copy.")
    }
  }

  /// An index beside the shards `a.safetensors` and `b.safetensors`, each with one tensor of that letter.
  static let shardIndex = FuzzTarget(name: "shard-index") { input, path in
    let folder = (path as NSString).deletingLastPathComponent + "/shards"
    if !FileManager.default.fileExists(atPath: folder) {
      try Files.makeFolder(folder)
      for name in ["a", "b"] {
        try SafetensorsWriter.write(
          [.init(name: name, type: .f32, shape: [2], source: .floats([1, 2]))], to: "\(folder)/\(name).safetensors")
      }
    }
    try Files.write(input, to: ModelFolder.path(folder, ModelFolder.indexFile))
    let files = try TensorFiles(folder: folder)
    require(Set(files.names).isSubset(of: ["a", "b"]), "An index adds the tensors \(files.names).")
    for name in files.names { require(try files.floats(name) == [1, 2], "Tensor \(name) has other values.") }
  }

  /// The first byte selects the reader.
  static let configuration = FuzzTarget(name: "configuration") { input, _ in
    guard let first = input.first else { return }
    let json = Data(input.dropFirst())
    switch first % 6 {
    case 0, 1, 2:
      let dialect: Dialect? = [nil, .fla, .torchscale][Int(first % 6)]
      let configuration = try ModelConfiguration(json: json, dialect: dialect)
      require(configuration.stateBytes > 0, "The state has \(configuration.stateBytes) bytes.")
      let again = try ModelConfiguration(json: try configuration.json(), dialect: configuration.dialect)
      require(again == configuration, "A written configuration reads as \(again), not \(configuration).")
    case 3:
      let module = try RetentionModuleConfiguration(json: json)
      require(try RetentionModuleConfiguration(json: module.json()) == module, "A module is not read as written.")
    case 4:
      var stack = try RetNetStackConfiguration(json: json)
      stack.mlpWidth = .widths(stack.hiddenWidths)  // as it is written
      require(try RetNetStackConfiguration(json: stack.json()) == stack, "A stack is not read as written.")
    default:
      let sampling = try SamplingOptions(json: json)
      require(try SamplingOptions(json: sampling.json()) == sampling, "Sampling options are not read as written.")
    }
  }

  private static let texts = ["the cat saw the dog", "Ünïcode ﬁ 漢字 😀 e\u{301} \u{FEFF}", " a  b\t", ""]

  static let tokenizer = FuzzTarget(name: "tokenizer", structure: .protobuf) { input, path in
    try check(try Tokenizer.load(from: path), input)
  }

  static let tokenizerJSON = FuzzTarget(name: "tokenizer-json") { input, path in
    try check(try input.withUnsafeBytes { try Tokenizer(json: $0, path: path, names: .init()) }, input)
  }

  private static func check(_ tokenizer: Tokenizer, _ input: [UInt8]) throws {
    for text in texts + [String(decoding: input.suffix(40), as: UTF8.self)] {
      let tokens = tokenizer.encode(text)
      for token in tokens {
        require((0..<tokenizer.vocabularySize).contains(token), "Token \(token) is outside the vocabulary.")
        _ = tokenizer.piece(token)
      }
      _ = tokenizer.decode(tokens)
      _ = tokenizer.decodeBytes(tokens, atStart: false)
    }
    _ = try ChatFormat(tokenizer).conversation([Turn(.user, texts[0]), Turn(.reply, texts[1])])
  }

  static let initialState = FuzzTarget(name: "initial-state", structure: .safetensors) { _, path in
    let configuration = FuzzModel.model.configuration
    let state = try InitialState.read(from: path, for: configuration, modelHash: FuzzModel.hash)
    try state.write(to: path + ".copy", for: configuration)
    let copy = try InitialState.read(from: path + ".copy", for: configuration, modelHash: FuzzModel.hash)
    require(copy.sha256 == state.sha256, "A written state is not read as written.")
    var start = try state.state(for: configuration)
    _ = try Inference(FuzzModel.model, threads: 1).step(3, norms: FuzzModel.model.norms, state: &start)
  }

  static let checkpoint = FuzzTarget(name: "checkpoint", structure: .safetensors) { _, path in
    let (checkpoint, file) = try TrainingCheckpoint.read(path: path)
    try checkpoint.options.check()
    // Large values are allowed, but need much memory or time.
    guard checkpoint.options.threads <= 4, checkpoint.options.batchTokens <= 4096 else { return }
    let trainer = FuzzModel.trainer(checkpoint.options)
    try checkpoint.restore(trainer, from: file)
    guard trainer.step < trainer.options.steps else { return }
    _ = try trainer.makeStep()
    require(trainer.step == checkpoint.step + 1, "A step after step \(checkpoint.step) is step \(trainer.step).")
  }

  static let session = FuzzTarget(name: "session") { input, _ in
    var session = try SessionFile(json: Data(input))
    let again = try SessionFile(json: try session.json())
    require(again == session, "A written session is not read as written.")
    session.model.sha256 = FuzzModel.hash
    session.initialState = nil
    try session.check(for: FuzzModel.model.configuration, sha256: FuzzModel.hash)
    // A longer session takes longer, but reads no other code.
    guard session.branches.count <= 8, session.position <= 200 else { return }
    let engine = try Engine(
      model: FuzzModel.model, tokenizer: FuzzModel.tokenizer, norms: NormOptions(), sampling: SamplingOptions())
    try wait { [session] in
      try await engine.open(session, sha256: FuzzModel.hash)
      _ = try await engine.go(to: session.position)
      let position = await engine.session.position
      require(position == session.position, "A session of position \(session.position) opens at \(position).")
      // The reply is drawn with the session's sampling values.
      try await engine.submit("the cat")
      for _ in 0..<12 { _ = try await engine.step() }
      _ = try await engine.back()
      let saved = try await engine.recording(session.model).json()
      _ = try SessionFile(json: saved)
    }
  }

  static let suite = FuzzTarget(name: "suite") { _, path in _ = try SuiteContent(paths: [path]) }
}

/// Runs an asynchronous body and waits for it.
private func wait(_ body: @escaping @Sendable () async throws -> Void) throws {
  let finished = DispatchSemaphore(value: 0)
  let result = Outcome()
  Task.detached {
    do { try await body() } catch { result.error = error }
    finished.signal()
  }
  finished.wait()
  if let error = result.error { throw error }
}

/// Unchecked Sendable: the semaphore orders the write before the read.
private final class Outcome: @unchecked Sendable {
  var error: (any Error)?
}
