import Foundation

/// How a new run begins.
public struct TrainingStart: Sendable {
  /// The weights of the first step.
  public enum Weights: Sendable {
    /// Random, from the run's seed. The vocabulary is the tokenizer's, whatever the shape says.
    case random(ModelConfiguration)
    /// Those of a model's folder, with its tokenizer.
    case folder(String)
  }

  public enum TokenizerSource: Sendable {
    /// A `tokenizer.model`.
    case file(String)
    /// Learnt from the run's data, with so many pieces.
    case learn(vocabularySize: Int)
    /// The one beside the weights.
    case ofWeights
  }

  public var weights: Weights
  public var tokenizer: TokenizerSource
  /// Whether a run or model in the folder may be overwritten.
  public var overwrites = false

  public init(weights: Weights, tokenizer: TokenizerSource) {
    self.weights = weights
    self.tokenizer = tokenizer
  }
}

extension TrainingRun {
  /// Writes what the model of the run says, from its weights as they are.
  public typealias Sampler = (RetNetModel, Tokenizer) throws -> String

  /// Begins a run in `folder`, which is made where it is missing.
  ///
  /// - Parameter note: told what is being done before training begins.
  /// Throws `FileError`, `TextError`, `CheckpointError`, `ModelError` or `TrainingError`.
  public static func begin(
    in folder: String, _ start: TrainingStart, options: TrainingOptions, pace: Pace = Pace(),
    sampler: Sampler? = nil, note: (String) -> Void = { _ in }
  ) throws -> TrainingRun {
    try options.check()
    if !start.overwrites { try checkFree(folder) }
    let initial: RetNetModel? =
      if case .folder(let path) = start.weights { try RetNetModel.load(from: path) } else { nil }
    let learnt = try tokenizerBytes(of: start)
    try FileBytes.makeFolder(folder)
    try? FileManager.default.removeItem(atPath: checkpointPath(folder))  // of the run that is overwritten
    try AtomicFile.write("", to: logPath(folder))
    let tokenizerPath = folder + "/tokenizer.model"
    if let learnt {
      try AtomicFile.write(learnt, to: tokenizerPath)
    } else if case .learn(let size) = start.tokenizer {
      note("learning a vocabulary of \(size) pieces")
      var tokenizerOptions = TokenizerOptions()
      tokenizerOptions.threads = options.threads
      try Tokenizer.train(
        files: options.data, vocabularySize: size,
        controlSymbols: [ChatFormat.userSymbol, ChatFormat.replySymbol], options: tokenizerOptions, to: tokenizerPath)
    }
    let tokenizer = try Tokenizer.load(from: tokenizerPath)
    let model = try initial ?? random(start.weights, tokenizer, seed: options.seed)
    try check(model.configuration, against: tokenizer, path: tokenizerPath)
    return try make(folder, options, model, tokenizer, pace, resume: false, sampler, note)
  }

  /// Goes on with the run in `folder`, with the options it was begun with.
  ///
  /// - Parameter check: shown the stored options; throws where they are not what was asked for.
  public static func resume(
    in folder: String, pace: Pace = Pace(), check: (TrainingOptions) throws -> Void = { _ in },
    sampler: Sampler? = nil, note: (String) -> Void = { _ in }
  ) throws -> TrainingRun {
    let options = try readCheckpoint(in: folder).checkpoint.options
    try check(options)
    let tokenizer = try Tokenizer.load(from: folder + "/tokenizer.model")
    let model = try RetNetModel.load(from: folder)
    try Self.check(model.configuration, against: tokenizer, path: folder + "/tokenizer.model")
    return try make(folder, options, model, tokenizer, pace, resume: true, sampler, note)
  }

  private static func make(
    _ folder: String, _ options: TrainingOptions, _ model: RetNetModel, _ tokenizer: Tokenizer, _ pace: Pace,
    resume: Bool, _ sampler: Sampler?, _ note: (String) -> Void
  ) throws -> TrainingRun {
    BLASThreads.set(1)  // each worker has a core of its own
    note("reading \(options.data.count) data and \(options.validation.count) validation files")
    let corpus = try TrainingCorpus(files: options.data, tokenizer: tokenizer, threads: options.threads)
    let validation =
      options.validation.isEmpty
      ? nil : try TrainingCorpus(files: options.validation, tokenizer: tokenizer, threads: options.threads)
    note("\(corpus.documents) documents, \(corpus.predicted) tokens; \(model.parameterCount) parameters")
    let network = TrainedNetwork(model)
    let run = try TrainingRun(
      folder: folder, options: options, corpus: corpus, validation: validation, model: network, pace: pace,
      resume: resume)
    if let sampler { run.sample = { try sampler(network.model, tokenizer) } }
    return run
  }

  /// The tokenizer's file where there is one already, read before the run's folder is touched.
  private static func tokenizerBytes(of start: TrainingStart) throws -> [UInt8]? {
    let path: String
    switch (start.tokenizer, start.weights) {
    case (.file(let file), _): path = file
    case (.ofWeights, .folder(let folder)): path = folder + "/tokenizer.model"
    case (.ofWeights, .random): preconditionFailure("random weights have no tokenizer beside them")
    case (.learn, _): return nil
    }
    _ = try Tokenizer.load(from: path)
    let file = try MappedFile(path: path)
    return withExtendedLifetime(file) { Array(file.bytes) }
  }

  private static func random(_ weights: TrainingStart.Weights, _ tokenizer: Tokenizer, seed: UInt64) throws
    -> RetNetModel
  {
    guard case .random(var configuration) = weights else { preconditionFailure("weights of a folder are read before") }
    configuration.vocabularySize = tokenizer.vocabularySize
    configuration.bosToken = tokenizer.bos ?? configuration.bosToken
    configuration.eosToken = tokenizer.eos ?? configuration.eosToken
    return RetNetModel(configuration, seed: seed)
  }

  private static func check(_ configuration: ModelConfiguration, against tokenizer: Tokenizer, path: String) throws {
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw TrainingError.tokenizerTooLarge(
        path: path, pieces: tokenizer.vocabularySize, vocabularySize: configuration.vocabularySize)
    }
  }
}
