import Foundation
import RetNet
import RetNetText

/// How a new run begins.
package struct TrainingStart: Sendable {
  /// The weights of the first step.
  package enum Weights: Sendable {
    /// Random, from the run's seed. The vocabulary is the tokenizer's, whatever the shape says.
    case random(ModelConfiguration)
    /// Those of a model's folder, with its tokenizer.
    case folder(String)
  }

  package enum TokenizerSource: Sendable {
    /// A `tokenizer.model`.
    case file(String)
    /// Learnt from the run's data, with so many pieces; with the chat's symbols where the data has conversations.
    case learn(vocabularySize: Int)
    /// One token a byte; with the chat's symbols where the data has conversations.
    case bytes
    /// The one beside the weights.
    case ofWeights
  }

  package var weights: Weights
  package var tokenizer: TokenizerSource
  /// Whether a run or model in the folder may be overwritten.
  package var overwrites = false
  /// `generation_config.json` of a model that takes none over with its weights; nil writes none.
  package var sampling: Data?

  package init(weights: Weights, tokenizer: TokenizerSource) {
    self.weights = weights
    self.tokenizer = tokenizer
  }
}

extension TrainingRun {
  /// Has a model say something, the run's with its weights as they are; nil where it cannot.
  package typealias Sampler = (RetNetModel, Tokenizer) throws -> String?

  /// Begins a run in `folder`, which is made where it is missing.
  ///
  /// - Parameter note: told what is being done before training begins.
  /// Throws `FileError`, `TextError`, `CheckpointError`, `ModelError` or `TrainingError`.
  package static func begin(
    in folder: String, _ start: TrainingStart, options: TrainingOptions, pace: Pace = Pace(),
    sampler: Sampler? = nil, note: (String) -> Void = { _ in }
  ) throws -> TrainingRun {
    try options.check()
    if !start.overwrites { try checkFree(folder) }
    let initial: RetNetModel? =
      if case .folder(let path) = start.weights { try RetNetModel.load(from: path) } else { nil }
    let given = try givenTokenizer(of: start)
    try FileBytes.makeFolder(folder)
    let lock = try FolderLock(folder)
    let newTokenizer = tokenizerPath(folder) + ".partial"
    defer { try? FileManager.default.removeItem(atPath: newTokenizer) }
    if let given {
      try AtomicFile.write(given, to: newTokenizer)
    } else if case .bytes = start.tokenizer {
      try Tokenizer.writeBytes(controlSymbols: try turnSymbols(for: options.data), to: newTokenizer)
    } else if case .learn(let size) = start.tokenizer {
      try AtomicFile.write("", to: newTokenizer)  // finds a folder that cannot be written before the long work
      note("learning a vocabulary of \(size) pieces")
      var tokenizerOptions = TokenizerOptions()
      tokenizerOptions.threads = options.threads
      try Tokenizer.train(
        files: options.data, vocabularySize: size, controlSymbols: try turnSymbols(for: options.data),
        options: tokenizerOptions, to: newTokenizer)
    }
    let tokenizer = try Tokenizer.load(from: newTokenizer)
    let model = try initial ?? random(start.weights, tokenizer, seed: options.seed)
    try check(model.configuration, against: tokenizer, path: newTokenizer)
    let texts = try Texts(options, tokenizer, note)
    // All that is given can be read: only now does what stood here before go.
    try? FileManager.default.removeItem(atPath: checkpointPath(folder))
    try AtomicFile.write(try FileBytes.read(newTokenizer), to: tokenizerPath(folder))
    if let sampling = try sampling(of: start) {
      try AtomicFile.write(sampling, to: ModelFolder.path(folder, ModelFolder.samplingFile))
    }
    return try make(folder, options, texts, model, tokenizer, pace, lock, resume: false, sampler)
  }

  /// Goes on with the run in `folder`, with the options it was begun with.
  ///
  /// - Parameter adjust: shown the stored options; throws where they are not what was asked for, and may change where
  ///   the data lies. That it is still the same data is checked.
  package static func resume(
    in folder: String, pace: Pace = Pace(), adjust: (inout TrainingOptions) throws -> Void = { _ in },
    sampler: Sampler? = nil, note: (String) -> Void = { _ in }
  ) throws -> TrainingRun {
    var options = try readCheckpoint(in: folder).checkpoint.options
    let lock = try FolderLock(folder)
    try adjust(&options)
    let tokenizer = try Tokenizer.load(from: tokenizerPath(folder))
    let model = try RetNetModel.load(from: folder)
    try check(model.configuration, against: tokenizer, path: tokenizerPath(folder))
    let texts = try Texts(options, tokenizer, note)
    return try make(folder, options, texts, model, tokenizer, pace, lock, resume: true, sampler)
  }

  private static func make(
    _ folder: String, _ options: TrainingOptions, _ texts: Texts, _ model: RetNetModel, _ tokenizer: Tokenizer,
    _ pace: Pace, _ lock: FolderLock, resume: Bool, _ sampler: Sampler?
  ) throws -> TrainingRun {
    BLASThreads.set(1)  // each worker has a core of its own
    let network = TrainedNetwork(model)
    let run = try TrainingRun(
      folder: folder, options: options, corpus: texts.corpus, validation: texts.validation, model: network, pace: pace,
      resume: resume, lock: lock)
    if let sampler {
      run.sample = { [trainer = run.trainer] in try sampler(network.model(trainer.outcome), tokenizer) }
    }
    return run
  }

  /// What is trained and measured on, as tokens.
  private struct Texts {
    let corpus: TrainingCorpus
    let validation: TrainingCorpus?

    init(_ options: TrainingOptions, _ tokenizer: Tokenizer, _ note: (String) -> Void) throws {
      note("reading \(options.data.count) data and \(options.validation.count) validation files")
      corpus = try TrainingCorpus(files: options.data, tokenizer: tokenizer, threads: options.threads)
      validation =
        options.validation.isEmpty
        ? nil : try TrainingCorpus(files: options.validation, tokenizer: tokenizer, threads: options.threads)
      note("\(corpus.documents) documents, \(corpus.predicted) tokens")
    }
  }

  /// The chat's symbols where a file holds conversations, else none: a model would read symbols that it never learned.
  private static func turnSymbols(for data: [String]) throws -> [String] {
    try data.contains { try DialogueFile.isDialogue(path: $0) } ? ChatFormat.turnSymbols : []
  }

  private static func tokenizerPath(_ folder: String) -> String {
    ModelFolder.path(folder, ModelFolder.tokenizerFile)
  }

  /// The defaults for sampling go with the weights.
  private static func sampling(of start: TrainingStart) throws -> Data? {
    guard case .folder(let source) = start.weights else { return start.sampling }
    let path = ModelFolder.path(source, ModelFolder.samplingFile)
    return FileManager.default.fileExists(atPath: path) ? try FileBytes.read(path) : start.sampling
  }

  /// The tokenizer's file where there is one already, read before the run's folder is touched.
  private static func givenTokenizer(of start: TrainingStart) throws -> Data? {
    let path: String
    switch (start.tokenizer, start.weights) {
    case (.file(let file), _): path = file
    case (.ofWeights, .folder(let folder)): path = tokenizerPath(folder)
    case (.ofWeights, .random): preconditionFailure("random weights have no tokenizer beside them")
    case (.learn, _), (.bytes, _): return nil
    }
    _ = try Tokenizer.load(from: path)
    return try FileBytes.read(path)
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
