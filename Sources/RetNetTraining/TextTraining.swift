import Foundation
import RetNet

/// Trains a language model on text files. The folder of the run then opens as a chat model.
///
///     var options = TextTraining.Options()
///     options.steps = 300
///     let text = URL(filePath: "stories.txt")
///     let training = try TextTraining(files: [text], options: options)
///     try training.run(in: folder) { print($0.step, $0.loss) }
///     let model = try ChatModel(contentsOf: folder)
///
/// A file whose first line begins with `U: ` or `B: ` holds conversations (``/RetNetText/DialogueFile``), and its model
/// answers in turns. Any other file holds passages separated by blank lines, and its model continues text. Conversations
/// and passages are separate documents: each begins with an empty state.
///
/// The optimizer is `AdamW` with the paper's values, a linear warm-up, and half a cosine down to a tenth of the learning
/// rate. The same files, options, machine and number of threads give the same weights.
public struct TextTraining: Sendable {
  /// The shape of the model and the course of its training.
  public struct Options: Sendable, Hashable {
    /// The tokens of a model.
    public enum Vocabulary: Sendable, Hashable {
      /// One token per byte of UTF-8. It needs no training and fits small models.
      case bytes
      /// A SentencePiece vocabulary of this many pieces, 300 to 65536, trained on the files.
      case pieces(Int)
    }

    /// The tokens of the model.
    public var vocabulary = Vocabulary.bytes
    /// The width of the residual stream, a multiple of 2 · `heads`. Keys are as wide, values and MLP twice as wide.
    public var modelDim = 256
    /// The number of blocks.
    public var layers = 6
    /// The retention heads of each block, 1 to 49.
    public var heads = 8
    /// The number of updates of the weights.
    public var steps = 1000
    /// The most tokens that one step predicts, at least `length`.
    public var batchTokens = 4096
    /// The most tokens of one sequence. Longer documents are split.
    public var length = 512
    /// The highest learning rate.
    public var learningRate = 1e-3
    /// The number of cores, 1 to 256. It changes the weights by rounding.
    public var threads = 1
    /// The seed of the initial weights and of the order of the documents.
    public var seed: UInt64 = 1

    /// The default options: a model of 4 million weights over bytes.
    public init() {}
  }

  /// The result of one step.
  public struct Step: Sendable, Hashable {
    /// The number of the step, from 0.
    public let step: Int
    /// The mean loss of the step's tokens before its update, in nats per token.
    public let loss: Double
    /// The learning rate of the step.
    public let learningRate: Double
    /// The length of the gradient before it is clipped to 1.
    public let gradientNorm: Double
    /// The tokens predicted so far.
    public let tokens: Int
  }

  /// The files to train on.
  public let files: [URL]
  /// The shape of the model and the course of its training.
  public let options: Options
  private let settings: TrainingOptions
  private let configuration: ModelConfiguration

  /// A training that `run(in:report:stop:)` starts. The files are not read yet.
  ///
  /// - Parameters:
  ///   - files: text in UTF-8, at least one file.
  ///   - options: the shape of the model and the course of its training.
  /// - Throws: `RetNetError.value` for no files, a URL that is not local, or an option out of range.
  public init(files: [URL], options: Options = Options()) throws(RetNetError) {
    func require(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(RetNetError) {
      try RetNetError.require(range.contains(value), name, value, "\(range.lowerBound) to \(range.upperBound)")
    }
    try RetNetError.require(!files.isEmpty, "list of files", "empty", "1 file or more")
    for file in files { try RetNetError.require(file.isFileURL, "address of a file", file, "a file URL") }
    if case .pieces(let count) = options.vocabulary { try require("vocabulary", count, 300...65_536) }
    try require("number of layers", options.layers, 1...4096)
    try require("model's width", options.modelDim, 1...65_536)
    try require("number of heads", options.heads, 1...49)
    try RetNetError.require(
      options.modelDim % (2 * options.heads) == 0, "model's width", options.modelDim,
      "a multiple of 2 · heads, which is \(2 * options.heads)")
    try require("number of steps", options.steps, 1...1 << 30)
    try require("length of a sequence", options.length, 1...1 << 24)
    try require("number of a step's tokens", options.batchTokens, options.length...1 << 24)
    try RetNetError.require(
      options.learningRate > 0 && options.learningRate <= 1e6, "learning rate", options.learningRate,
      "above 0 and at most 1000000")
    try require("number of threads", options.threads, 1...256)

    self.files = files
    self.options = options
    var settings = TrainingOptions(data: files.map { $0.path(percentEncoded: false) })
    settings.steps = options.steps
    settings.batchTokens = options.batchTokens
    settings.length = options.length
    settings.learningRate = options.learningRate
    settings.minimumRate = options.learningRate / 10
    settings.warmUp = min(settings.warmUp, options.steps / 5)
    settings.threads = options.threads
    settings.seed = options.seed
    self.settings = settings
    var configuration = ModelConfiguration(
      vocabularySize: 0, modelDim: options.modelDim, layers: options.layers, heads: options.heads,
      feedForwardDim: 2 * options.modelDim)
    configuration.tiedHead = true
    self.configuration = configuration
  }

  /// Reads the files, trains, and writes the model to a folder.
  ///
  /// The folder receives `config.json`, `model.safetensors` (bfloat16), `tokenizer.model`, `log.jsonl`, and a checkpoint
  /// that `retnet train --resume --out FOLDER` continues. Model and checkpoint are also written every five minutes.
  /// Limits BLAS to one thread, as each thread of the training computes its own products.
  ///
  /// - Parameters:
  ///   - folder: created if it is missing; it holds no model yet.
  ///   - report: called after each step.
  ///   - stop: called between two steps; true ends the training, for example `{ Task.isCancelled }`.
  /// - Returns: whether all steps were computed. The folder holds a model in either case.
  /// - Throws: ``TextTrainingError``.
  @discardableResult
  public func run(
    in folder: URL, report: (Step) -> Void = { _ in }, stop: () -> Bool = { false }
  ) throws(TextTrainingError) -> Bool {
    do {
      let path = try StorageError.naming(folder) { $0 }
      let source: TrainingStart.TokenizerSource =
        switch options.vocabulary {
        case .bytes: .bytes
        case .pieces(let count): .learn(vocabularySize: count)
        }
      let start = TrainingStart(weights: .random(configuration), tokenizer: source)
      let run = try TrainingRun.begin(in: path, start, options: settings)
      let end = try run.train(stop: stop) { event in
        guard case .step(let step) = event else { return }
        report(
          Step(
            step: step.step - 1, loss: step.loss, learningRate: step.learningRate, gradientNorm: step.gradientNorm,
            tokens: step.tokens))
      }
      return end == .finished
    } catch {
      throw TextTrainingError(error)
    }
  }
}

/// An error of `TextTraining.run(in:report:stop:)`.
public enum TextTrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A file or the folder cannot be used, or the memory is not enough. `reason` says what was found, what was expected
  /// and what to do.
  case notPossible(reason: String)
  /// The loss or the gradient of a step, from 0, is not finite. The folder holds the last checkpoint.
  case diverged(step: Int)

  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .notPossible(let reason): reason
    case .diverged(let step):
      "The loss or the gradient of step \(step) is not finite. Train with a lower learning rate."
    }
  }

  init(_ error: any Error) {
    switch error {
    case TrainingError.diverged(let step, _, _, _): self = .diverged(step: step - 1)
    case TrainingError.runExists(let folder, let found):
      self = .notPossible(reason: "'\(folder)' already contains \(found). Give another folder, or remove it.")
    default: self = .notPossible(reason: "\(error)")
    }
  }
}
