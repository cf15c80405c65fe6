import Foundation
import RetNet
import RetNetText

/// The starting point of a new run.
package struct TrainingStart: Sendable {
  /// The weights of the first step.
  package enum Weights: Sendable {
    /// Random, from the run's seed. The vocabulary size is the tokenizer's, not the configuration's.
    case random(ModelConfiguration)
    /// Those of a model folder, with its tokenizer.
    case folder(String)
  }

  package enum TokenizerSource: Sendable {
    /// A `tokenizer.model`.
    case file(String)
    /// Trained on the run's data, with this many pieces; with the chat symbols if the data has conversations.
    case learn(vocabularySize: Int)
    /// One token per byte; with the chat symbols if the data has conversations.
    case bytes
    /// The tokenizer in the folder of the weights.
    case fromWeights
  }

  package var weights: Weights
  package var tokenizer: TokenizerSource
  /// Whether a run or model in the folder may be overwritten.
  package var overwrites = false
  /// `generation_config.json` for a model whose weights have none; nil writes none.
  package var sampling: Data?

  package init(weights: Weights, tokenizer: TokenizerSource) {
    self.weights = weights
    self.tokenizer = tokenizer
  }
}

extension TrainingRun {
  /// Generates text with the run's current weights; nil if the model cannot.
  package typealias Sampler = (RetNetModel, Tokenizer) throws -> String?

  /// Starts a run in `folder`, which is created if it does not exist.
  ///
  /// - Parameter progress: called with a description of each step before training.
  /// - Throws: `FileError`, `TextError`, `CheckpointError`, `ModelError` or `TrainingError`; `RetNetError` if there is
  ///   not enough memory.
  package static func begin(
    in folder: String, _ start: TrainingStart, options: TrainingOptions, intervals: Intervals = Intervals(),
    sampler: Sampler? = nil, progress: (String) -> Void = { _ in }
  ) throws -> TrainingRun {
    try options.check()
    if !start.overwrites { try checkFree(folder) }
    let initial: RetNetModel? =
      if case .folder(let path) = start.weights { try RetNetModel.load(from: path) } else { nil }
    let existing = try existingTokenizer(of: start)
    try FileBytes.makeFolder(folder)
    let lock = try lockFolder(folder)
    let newTokenizer = TemporaryFiles.path(for: tokenizerPath(folder))
    defer { try? FileManager.default.removeItem(atPath: newTokenizer) }
    if let existing {
      try AtomicFile.write(existing, to: newTokenizer)
    } else if case .bytes = start.tokenizer {
      try Tokenizer.writeBytes(controlSymbols: try turnSymbols(for: options.data), to: newTokenizer)
    } else if case .learn(let size) = start.tokenizer {
      try AtomicFile.write("", to: newTokenizer)  // detects an unwritable folder before the long training
      progress("training a vocabulary of \(size) pieces")
      var tokenizerOptions = TokenizerOptions()
      tokenizerOptions.threads = options.threads
      try Tokenizer.train(
        files: options.data, vocabularySize: size, controlSymbols: try turnSymbols(for: options.data),
        options: tokenizerOptions, to: newTokenizer)
    }
    let tokenizer = try Tokenizer.load(from: newTokenizer)
    let configuration = initial?.configuration ?? shape(start.weights, tokenizer)
    try check(configuration, against: tokenizer, path: newTokenizer)
    let corpora = try Corpora(options, tokenizer, progress)
    try BLASThreads.requireBuffers()
    try corpora.memory(RetNetArchitecture(configuration), options).require()
    let model = initial ?? RetNetModel(configuration, seed: options.seed)
    // All inputs are readable. Only now remove the previous run.
    try? FileManager.default.removeItem(atPath: checkpointPath(folder))
    try AtomicFile.write(try FileBytes.read(newTokenizer), to: tokenizerPath(folder))
    if let sampling = try sampling(of: start) {
      try AtomicFile.write(sampling, to: ModelFolder.path(folder, ModelFolder.samplingFile))
    }
    return try make(folder, options, corpora, model, tokenizer, intervals, lock, resume: false, sampler)
  }

  /// Resumes the run in `folder` with its stored options.
  ///
  /// - Parameters:
  ///   - adjust: receives the stored options. It may change the paths of the data, and throws if the options differ
  ///     from those requested. The data's fingerprint is compared afterwards.
  ///   - progress: called with a description of each step before training.
  package static func resume(
    in folder: String, intervals: Intervals = Intervals(), adjust: (inout TrainingOptions) throws -> Void = { _ in },
    sampler: Sampler? = nil, progress: (String) -> Void = { _ in }
  ) throws -> TrainingRun {
    var options = try readCheckpoint(in: folder).checkpoint.options
    let lock = try lockFolder(folder)
    try adjust(&options)
    try options.check()
    let tokenizer = try Tokenizer.load(from: tokenizerPath(folder))
    let model = try RetNetModel.load(from: folder)
    try check(model.configuration, against: tokenizer, path: tokenizerPath(folder))
    let corpora = try Corpora(options, tokenizer, progress)
    try corpora.memory(model.architecture, options).require()
    return try make(folder, options, corpora, model, tokenizer, intervals, lock, resume: true, sampler)
  }

  private static func make(
    _ folder: String, _ options: TrainingOptions, _ corpora: Corpora, _ model: RetNetModel, _ tokenizer: Tokenizer,
    _ intervals: Intervals, _ lock: FolderLock, resume: Bool, _ sampler: Sampler?
  ) throws -> TrainingRun {
    BLASThreads.set(1)  // each worker uses one core
    let network = TrainedNetwork(model)
    let run = try TrainingRun(
      folder: folder, options: options, corpus: corpora.corpus, validation: corpora.validation, model: network,
      intervals: intervals,
      resume: resume, lock: lock)
    if let sampler {
      run.sample = { [trainer = run.trainer] in try sampler(network.model(trainer.savedParameters), tokenizer) }
    }
    return run
  }

  /// The training and validation data as tokens.
  private struct Corpora {
    let corpus: TrainingCorpus
    let validation: TrainingCorpus?

    init(_ options: TrainingOptions, _ tokenizer: Tokenizer, _ progress: (String) -> Void) throws {
      progress("reading \(options.data.count) training and \(options.validation.count) validation files")
      corpus = try TrainingCorpus(files: options.data, tokenizer: tokenizer, threads: options.threads)
      validation =
        options.validation.isEmpty
        ? nil : try TrainingCorpus(files: options.validation, tokenizer: tokenizer, threads: options.threads)
      progress("\(corpus.documents) documents, \(corpus.predicted) tokens")
    }

    /// The memory of training on these data, which are in memory already.
    func memory(_ architecture: RetNetArchitecture, _ options: TrainingOptions) -> MemoryEstimate {
      .training(
        architecture, options, longest: corpus.longestDocument, longestValidation: validation?.longestDocument ?? 0)
    }
  }

  /// The chat symbols if a file has conversations, else none: the model would contain symbols it never trained on.
  private static func turnSymbols(for data: [String]) throws -> [String] {
    try data.contains { try DialogueFile.isDialogue(path: $0) } ? ChatFormat.turnSymbols : []
  }

  private static func tokenizerPath(_ folder: String) -> String {
    ModelFolder.path(folder, ModelFolder.tokenizerFile)
  }

  /// The sampling defaults of the weights' folder, else those of `start`.
  private static func sampling(of start: TrainingStart) throws -> Data? {
    guard case .folder(let source) = start.weights else { return start.sampling }
    let path = ModelFolder.path(source, ModelFolder.samplingFile)
    return FileManager.default.fileExists(atPath: path) ? try FileBytes.read(path) : start.sampling
  }

  /// The contents of an existing tokenizer file, read before the run's folder changes.
  private static func existingTokenizer(of start: TrainingStart) throws -> Data? {
    let path: String
    switch (start.tokenizer, start.weights) {
    case (.file(let file), _): path = file
    case (.fromWeights, .folder(let folder)): path = tokenizerPath(folder)
    case (.fromWeights, .random): preconditionFailure("random weights have no tokenizer")
    case (.learn, _), (.bytes, _): return nil
    }
    _ = try Tokenizer.load(from: path)
    return try FileBytes.read(path)
  }

  /// The configuration of random weights, with the tokenizer's vocabulary.
  private static func shape(_ weights: TrainingStart.Weights, _ tokenizer: Tokenizer) -> ModelConfiguration {
    guard case .random(var configuration) = weights else { preconditionFailure("expected random weights") }
    configuration.vocabularySize = tokenizer.vocabularySize
    configuration.bosToken = tokenizer.bos ?? configuration.bosToken
    configuration.eosToken = tokenizer.eos ?? configuration.eosToken
    return configuration
  }

  private static func check(_ configuration: ModelConfiguration, against tokenizer: Tokenizer, path: String) throws {
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw TrainingError.tokenizerTooLarge(
        path: path, pieces: tokenizer.vocabularySize, vocabularySize: configuration.vocabularySize)
    }
  }
}
