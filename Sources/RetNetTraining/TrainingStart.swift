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
    /// A `tokenizer.model` or `tokenizer.json`.
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
    let existing = try existingTokenizer(of: start).map { try RunTokenizer($0) }
    try FileBytes.makeFolder(folder)
    let lock = try lockFolder(folder)
    let newTokenizer = TemporaryFiles.path(for: ModelFolder.path(folder, ModelFolder.tokenizerFile))
    defer { try? FileManager.default.removeItem(atPath: newTokenizer) }
    if existing == nil {
      if case .learn(let size) = start.tokenizer {
        try AtomicFile.write("", to: newTokenizer)  // detects an unwritable folder before the long training
        progress("training a vocabulary of \(size) pieces")
        var tokenizerOptions = TokenizerOptions()
        tokenizerOptions.threads = options.threads
        try Tokenizer.train(
          files: options.data, vocabularySize: size, controlSymbols: try turnSymbols(for: options.data),
          options: tokenizerOptions, to: newTokenizer)
      } else {
        try Tokenizer.writeBytes(controlSymbols: try turnSymbols(for: options.data), to: newTokenizer)
      }
    }
    let runTokenizer = try existing ?? RunTokenizer(newTokenizer)
    let tokenizer = runTokenizer.tokenizer
    let configuration = initial?.configuration ?? shape(start.weights, tokenizer)
    try check(configuration, against: tokenizer, path: runTokenizer.path)
    let corpora = try Corpora(options, tokenizer, progress)
    try BLASThreads.requireBuffers()
    try corpora.memory(RetNetArchitecture(configuration), options).require()
    let model = initial ?? RetNetModel(configuration, seed: options.seed)
    // All inputs are readable. Only now remove the previous run.
    try? FileManager.default.removeItem(atPath: checkpointPath(folder))
    try runTokenizer.write(to: folder)
    try writeCard(model, start.weights, to: folder)
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
    ModelFolder.path(folder, ModelFolder.tokenizer(in: folder) ?? ModelFolder.tokenizerFile)
  }

  /// A tokenizer and its files in a model folder, read before the run's folder changes.
  private struct RunTokenizer {
    let path: String
    let tokenizer: Tokenizer
    private let files: [String: Data]

    init(_ path: String) throws {
      self.path = path
      tokenizer = try Tokenizer.load(from: path)
      let content = try FileBytes.read(path)
      guard tokenizer.isFromJSON else {
        files = try TokenizerExport.files(ofModel: path).merging([ModelFolder.tokenizerFile: content]) { $1 }
        return
      }
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      let configuration = ModelFolder.path(folder, ModelFolder.tokenizerConfigurationFile)
      var files = [ModelFolder.tokenizerJSONFile: content]
      if FileManager.default.fileExists(atPath: configuration) {
        files[ModelFolder.tokenizerConfigurationFile] = try FileBytes.read(configuration)
      }
      self.files = files
    }

    /// Replaces all tokenizer files in a folder.
    func write(to folder: String) throws {
      let names = [
        ModelFolder.tokenizerFile, ModelFolder.tokenizerJSONFile, ModelFolder.tokenizerConfigurationFile,
      ]
      for name in names {
        let path = ModelFolder.path(folder, name)
        if let content = files[name] {
          try AtomicFile.write(content, to: path)
        } else {
          try? FileManager.default.removeItem(atPath: path)
        }
      }
    }
  }

  /// Writes a model card, unless the folder has one.
  private static func writeCard(_ model: RetNetModel, _ weights: TrainingStart.Weights, to folder: String) throws {
    let path = ModelFolder.path(folder, ModelCard.file)
    guard !FileManager.default.fileExists(atPath: path) else { return }
    let start =
      switch weights {
      case .random: "random weights"
      case .folder: "the weights of another model"
      }
    let name = URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent
    try AtomicFile.write(
      ModelCard.text(
        model.configuration, parameters: model.parameterCount, name: name,
        origin: "A RetNet language model, trained with `retnet train` from \(start).", type: .bf16), to: path)
  }

  /// The sampling defaults of the weights' folder, else those of `start`.
  private static func sampling(of start: TrainingStart) throws -> Data? {
    guard case .folder(let source) = start.weights else { return start.sampling }
    let path = ModelFolder.path(source, ModelFolder.samplingFile)
    return FileManager.default.fileExists(atPath: path) ? try FileBytes.read(path) : start.sampling
  }

  /// The path of an existing tokenizer.
  private static func existingTokenizer(of start: TrainingStart) -> String? {
    switch (start.tokenizer, start.weights) {
    case (.file(let file), _): file
    case (.fromWeights, .folder(let folder)): tokenizerPath(folder)
    case (.fromWeights, .random): preconditionFailure("random weights have no tokenizer")
    case (.learn, _), (.bytes, _): nil
    }
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
