import ArgumentParser
import RetNet
import RetNetSession
import RetNetTUI
import RetNetTraining

/// The starting point of a new run: weights, tokenizer, shape.
struct TrainingStartOptions: ParsableArguments {
  @Option(
    name: .customLong("init"), help: "Start from the weights and tokenizer of a model folder.", completion: .directory)
  var initial: String?
  @Option(help: "A SentencePiece tokenizer.model, or its tokenizer.json.", completion: .file()) var tokenizer: String?
  @Option(help: "Train a tokenizer with this many pieces on --data; 'bytes' has one piece per byte.")
  var vocabulary: VocabularyChoice?

  @Option(help: "Width of the residual stream. (default: 256)") var modelDim: Int?
  @Option(help: "Blocks. (default: 6)") var layers: Int?
  @Option(help: "Retention heads. (default: 8)") var heads: Int?
  @Option(help: "Total width of queries and keys over all heads. (default: --model-dim)") var keyDim: Int?
  @Option(help: "Total width of values over all heads. (default: 2 · --model-dim)") var valueDim: Int?
  @Option(help: "Width of the gated MLP. (default: 2 · --model-dim)") var feedForward: Int?
  @Flag(help: "Use separate weights for the output head instead of the embedding's.") var untiedHead = false

  var isGiven: Bool { initial != nil || tokenizer != nil || vocabulary != nil || shapeIsGiven }

  private var shapeIsGiven: Bool {
    untiedHead || [modelDim, layers, heads, keyDim, valueDim, feedForward].contains { $0 != nil }
  }

  func check() throws {
    if initial != nil {
      if shapeIsGiven || vocabulary != nil {
        throw ValidationError(
          "--init determines shape and vocabulary: omit the shape options and --vocabulary.")
      }
      return
    }
    guard (tokenizer == nil) != (vocabulary == nil) else {
      throw ValidationError("Specify either --tokenizer FILE, or --vocabulary N to train one (for example 8192).")
    }
    if case .pieces(let count) = vocabulary, count < 300 {
      throw ValidationError("--vocabulary is \(count), but must be 300 or more, as every byte has a piece.")
    }
    func check(_ name: String, _ value: Int) throws {
      guard (1...65536).contains(value) else {
        throw ValidationError("\(name) is \(value), but must be from 1 to 65536.")
      }
    }
    // The defaults of other widths are multiples of this one.
    if let modelDim { try check("--model-dim", modelDim) }
    let shape = configuration
    for (name, value) in [
      ("--model-dim", shape.modelDim), ("--layers", shape.layers), ("--heads", shape.heads),
      ("--key-dim", shape.keyDim), ("--value-dim", shape.valueDim), ("--feed-forward", shape.feedForwardDim),
    ] { try check(name, value) }
    guard shape.keyDim % (2 * shape.heads) == 0 else {
      throw ValidationError(
        "--key-dim is \(shape.keyDim), but must be a multiple of 2 · --heads, which is \(2 * shape.heads): "
          + "each head rotates pairs of entries.")
    }
    guard shape.valueDim % shape.heads == 0 else {
      throw ValidationError("--value-dim is \(shape.valueDim), but must be a multiple of --heads, \(shape.heads).")
    }
  }

  func start(overwrites: Bool) throws -> TrainingStart {
    let source: TrainingStart.TokenizerSource =
      if let tokenizer {
        .file(tokenizer)
      } else {
        switch vocabulary {
        case .pieces(let count): .learn(vocabularySize: count)
        case .bytes: .bytes
        case nil: .fromWeights
        }
      }
    var start = TrainingStart(weights: initial.map { .folder($0) } ?? .random(configuration), tokenizer: source)
    start.overwrites = overwrites
    start.sampling = try SamplingOptions().json()
    return start
  }

  private var configuration: ModelConfiguration {
    let modelDim = modelDim ?? 256
    var shape = ModelConfiguration(
      vocabularySize: 0, modelDim: modelDim, layers: layers ?? 6, heads: heads ?? 8, keyDim: keyDim,
      valueDim: valueDim, feedForwardDim: feedForward ?? 2 * modelDim)
    shape.tiedHead = !untiedHead
    return shape
  }
}

/// The settings of a run. No option has a default here, so that given options can be distinguished.
struct TrainingCourseOptions: ParsableArguments {
  enum Form: String, ExpressibleByArgument, CaseIterable {
    case parallel, chunkwise
  }

  @Option(help: "Number of steps and length of the schedule. (default: 1000)") var steps: Int?
  @Option(help: "Maximum number of tokens predicted in a step. (default: 4096)") var batchTokens: Int?
  @Option(help: "Longest sequence; longer documents are split. (default: 512)") var length: Int?
  @Flag(help: "Start each piece of a long document with the final state of the piece before it.") var carry = false
  @Option(
    help: """
      Optimizer of the blocks' matrices: adamw, or muon, which needs fewer steps for the same loss. All other \
      parameters use adamw. (default: adamw)
      """)
  var optimizer: MatrixOptimizer?
  @Option(
    help: """
      Number type of the factors in products with weights: float32, or bfloat16, which is faster on processors with \
      AVX512-BF16 and slower on others. (default: float32)
      """)
  var precision: ProductPrecision?
  @Option(help: "Highest learning rate. (default: 0.001)") var learningRate: Double?
  @Option(help: "Final learning rate. (default: a tenth of the highest)") var minimumRate: Double?
  @Option(help: "Warm-up steps. (default: 200, or a tenth of --steps)") var warmUp: Int?
  @Option(help: "Weight decay of matrices. (default: 0.05)") var weightDecay: Double?
  @Option(help: "Maximum gradient norm; 0 disables clipping. (default: 1)") var clip: Double?
  @Option(help: "Adam's two betas, separated by a comma. (default: 0.9,0.98)") var betas: Betas?
  @Option(
    parsing: .upToNextOption,
    help: """
      One number per --data file: how often an epoch repeats each of its documents. 0.25 uses a quarter of them, 2.5 \
      all of them twice and half of them a third time. (default: 1 each)
      """)
  var passes: [Double] = []
  @Option(
    name: .customLong("loss"),
    help: "Tokens in the loss: all, or only replies in conversations. (default: all)")
  var predicted: PredictedTokens?
  @Option(
    help: "Dropout probability of the embedding and of additions to the residual stream. (default: 0)") var dropout:
    Double?
  @Option(
    help: "Decay of the moving average of the weights, which is then saved; 0 disables it. (default: 0)")
  var average: Double?
  @Option(help: "Form of the retention. (default: chunkwise)") var form: Form?
  @Option(help: "Chunk length of the chunkwise form. (default: 64)") var chunkLength: Int?
  @Option(
    help: """
      Worker threads. They affect the result, as sums are computed per thread. (default: $RETNET_THREADS, else the \
      settings file's, else 2)
      """)
  var threads: Int?
  @Option(help: "Seed of the initial weights and the order of documents. (default: 1)") var seed: UInt64?

  struct Betas: ExpressibleByArgument {
    var first, second: Double

    init?(argument: String) {
      let parts = argument.split(separator: ",").map { Double($0) }
      guard parts.count == 2, let first = parts[0], let second = parts[1] else { return nil }
      (self.first, self.second) = (first, second)
    }
  }

  func validate() throws {
    if form == .parallel && chunkLength != nil { throw ValidationError("--chunk-length requires --form chunkwise.") }
    if let chunkLength, chunkLength < 1 {
      throw ValidationError("--chunk-length is \(chunkLength), but must be 1 or more.")
    }
  }

  /// - Throws: `ThreadSettingError`, `SettingsError`.
  func apply(to options: inout TrainingOptions) throws {
    options.steps = steps ?? options.steps
    options.batchTokens = batchTokens ?? options.batchTokens
    options.length = length ?? options.length
    options.learningRate = learningRate ?? options.learningRate
    options.minimumRate = minimumRate ?? options.learningRate / 10
    options.warmUp = warmUp ?? min(options.warmUp, options.steps / 10)
    options.weightDecay = weightDecay ?? options.weightDecay
    options.clip = clip ?? options.clip
    options.beta1 = betas?.first ?? options.beta1
    options.beta2 = betas?.second ?? options.beta2
    options.chunkLength = form == .parallel ? 0 : chunkLength ?? options.chunkLength
    options.threads = try threads ?? ThreadSetting.chosen() ?? options.threads
    options.seed = seed ?? options.seed
    options.carriesState = carry
    options.passes = passes
    options.predicted = predicted ?? options.predicted
    options.dropout = dropout ?? options.dropout
    options.averageDecay = average ?? options.averageDecay
    options.optimizer = optimizer ?? options.optimizer
    options.precision = precision ?? options.precision
  }

  /// Throws `TrainingError.settingMismatch` for the first option whose value differs from the stored one.
  func checkSame(as stored: TrainingOptions) throws {
    func same<Value: Equatable>(_ name: String, _ given: Value?, _ stored: Value) throws {
      if let given, given != stored {
        throw TrainingError.settingMismatch(name: name, stored: "\(stored)", given: "\(given)")
      }
    }
    try same("--steps", steps, stored.steps)
    try same("--batch-tokens", batchTokens, stored.batchTokens)
    try same("--length", length, stored.length)
    try same("--learning-rate", learningRate, stored.learningRate)
    try same("--minimum-rate", minimumRate, stored.minimumRate)
    try same("--warm-up", warmUp, stored.warmUp)
    try same("--weight-decay", weightDecay, stored.weightDecay)
    try same("--clip", clip, stored.clip)
    try same("--betas", betas.map { [$0.first, $0.second] }, [stored.beta1, stored.beta2])
    try same("--form", form, stored.chunkLength == 0 ? .parallel : .chunkwise)
    try same("--carry", carry ? true : nil, stored.carriesState)
    try same("--chunk-length", chunkLength, stored.chunkLength)
    try same("--threads", threads, stored.threads)
    try same("--seed", seed, stored.seed)
    let storedPasses = stored.passes.isEmpty ? stored.data.map { _ in 1 } : stored.passes
    try same("--passes", passes.isEmpty ? nil : passes, storedPasses)
    try same("--loss", predicted, stored.predicted)
    try same("--dropout", dropout, stored.dropout)
    try same("--average", average, stored.averageDecay)
    try same("--optimizer", optimizer, stored.optimizer)
    try same("--precision", precision, stored.precision)
  }
}

extension PredictedTokens: ExpressibleByArgument {}
extension MatrixOptimizer: ExpressibleByArgument {}
extension ProductPrecision: ExpressibleByArgument {}
