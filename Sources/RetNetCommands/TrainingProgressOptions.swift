import ArgumentParser
import RetNet
import RetNetSession
import RetNetTUI
import RetNetTraining

/// What a new run starts from: weights, tokenizer, shape.
struct TrainingStartOptions: ParsableArguments {
  @Option(name: .customLong("init"), help: "Start from the weights and tokenizer of a model folder.")
  var initial: String?
  @Option(help: "A SentencePiece tokenizer.model.") var tokenizer: String?
  @Option(help: "Learn a tokenizer of so many pieces from --data; 'bytes' has one for each byte.")
  var vocabulary: VocabularyChoice?

  @Option(help: "Width of the residual stream. (default: 256)") var modelDim: Int?
  @Option(help: "Blocks. (default: 6)") var layers: Int?
  @Option(help: "Retention heads. (default: 8)") var heads: Int?
  @Option(help: "Width of queries and keys, all heads together. (default: --model-dim)") var keyDim: Int?
  @Option(help: "Width of values, all heads together. (default: 2 · --model-dim)") var valueDim: Int?
  @Option(help: "Width of the gated MLP. (default: 2 · --model-dim)") var feedForward: Int?
  @Flag(help: "Give the head weights of its own instead of the embedding's.") var untiedHead = false

  var isGiven: Bool { initial != nil || tokenizer != nil || vocabulary != nil || shapeIsGiven }

  private var shapeIsGiven: Bool {
    untiedHead || [modelDim, layers, heads, keyDim, valueDim, feedForward].contains { $0 != nil }
  }

  func check() throws {
    if initial != nil {
      if shapeIsGiven || vocabulary != nil {
        throw ValidationError(
          "--init brings its own shape and vocabulary: leave the shape options and --vocabulary out.")
      }
      return
    }
    guard (tokenizer == nil) != (vocabulary == nil) else {
      throw ValidationError("Give either --tokenizer FILE, or --vocabulary N to learn one (8192 is a good number).")
    }
    if case .pieces(let count) = vocabulary, count < 300 {
      throw ValidationError("--vocabulary is \(count), but must be 300 or more: every byte has a piece.")
    }
    let shape = configuration
    let widths = [
      ("--model-dim", shape.modelDim), ("--layers", shape.layers), ("--heads", shape.heads),
      ("--key-dim", shape.keyDim), ("--value-dim", shape.valueDim), ("--feed-forward", shape.feedForwardDim),
    ]
    for (name, value) in widths where !(1...65536).contains(value) {
      throw ValidationError("\(name) is \(value), but must be from 1 to 65536.")
    }
    guard shape.keyDim % (2 * shape.heads) == 0 else {
      throw ValidationError(
        "--key-dim is \(shape.keyDim), but must be a multiple of 2 · --heads, which is \(2 * shape.heads): "
          + "each head rotates pairs.")
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

/// What decides the course of a run. Nothing has a default here, so that what was given is known.
struct TrainingCourseOptions: ParsableArguments {
  enum Form: String, ExpressibleByArgument, CaseIterable {
    case parallel, chunkwise
  }

  @Option(help: "Steps, which the schedule is laid over. (default: 1000)") var steps: Int?
  @Option(help: "Tokens predicted in a step. (default: 4096)") var batchTokens: Int?
  @Option(help: "Longest sequence; longer documents are cut. (default: 512)") var length: Int?
  @Flag(help: "Begin each piece of a long document with the state that the piece before it left.") var carry = false
  @Option(
    help: """
      What updates the matrices of the blocks: adamw, or muon, which needs fewer steps for the same loss. All else is \
      adamw's. (default: adamw)
      """)
  var optimizer: MatrixOptimizer?
  @Option(
    help: """
      What products with weights round their factors to: float32, or bfloat16, which is faster where the processor has \
      instructions for it (AVX512-BF16), and slower elsewhere. (default: float32)
      """)
  var precision: ProductPrecision?
  @Option(help: "Highest learning rate. (default: 0.001)") var learningRate: Double?
  @Option(help: "Learning rate at the end. (default: a tenth of the highest)") var minimumRate: Double?
  @Option(help: "Steps of rising learning rate. (default: 200, or a tenth of --steps)") var warmUp: Int?
  @Option(help: "Decay of matrices. (default: 0.05)") var weightDecay: Double?
  @Option(help: "Longest gradient; 0 is no limit. (default: 1)") var clip: Double?
  @Option(help: "Adam's two betas, with a comma between. (default: 0.9,0.98)") var betas: Betas?
  @Option(
    parsing: .upToNextOption,
    help: """
      A number for each --data file: how many times an epoch sees each of its documents. 0.25 is a quarter of them, 2.5 \
      all twice and half of them a third time. (default: 1 each)
      """)
  var passes: [Double] = []
  @Option(
    name: .customLong("loss"),
    help: "Tokens that are learnt: all, or of conversations the replies alone. (default: all)")
  var predicted: PredictedTokens?
  @Option(
    help: "Share of what each part adds that is left out at random. (default: 0)") var dropout: Double?
  @Option(
    help: "Decay of a moving average of the weights, which is saved in their place; 0 is none. (default: 0)")
  var average: Double?
  @Option(help: "Form of the retention. (default: chunkwise)") var form: Form?
  @Option(help: "Tokens in a chunk of the chunkwise form. (default: 64)") var chunkLength: Int?
  @Option(
    help: """
      Worker threads, part of the result: sums are formed per thread. (default: $RETNET_THREADS, else the settings \
      file's, else 2)
      """)
  var threads: Int?
  @Option(help: "Seed of weights and order. (default: 1)") var seed: UInt64?

  struct Betas: ExpressibleByArgument {
    var first, second: Double

    init?(argument: String) {
      let parts = argument.split(separator: ",").map { Double($0) }
      guard parts.count == 2, let first = parts[0], let second = parts[1] else { return nil }
      (self.first, self.second) = (first, second)
    }
  }

  func validate() throws {
    if form == .parallel && chunkLength != nil { throw ValidationError("--chunk-length belongs to --form chunkwise.") }
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

  /// Throws `TrainingError.settingMismatch` for the first option that was given with another value.
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
