import RetNet

/// The tokens that contribute to the loss.
package enum PredictedTokens: String, Sendable, Hashable, Codable, CaseIterable {
  case all
  /// In conversations, replies and the symbols that end them; in other texts, all tokens.
  case replies
}

/// The optimizer of the blocks' matrices. AdamW always updates embedding, head and vectors.
package enum MatrixOptimizer: String, Sendable, Hashable, Codable, CaseIterable {
  case adamw
  case muon
}

/// The settings that determine a run: the same options, data and machine give the same weights.
package struct TrainingOptions: Sendable, Hashable, Codable {
  package var data: [String]
  package var validation: [String] = []
  /// How often an epoch repeats each document, per data file; empty for once each.
  ///
  /// A fraction adds that share of the documents, chosen again in each epoch.
  package var passes: [Double] = []
  package var steps = 1000
  /// Maximum number of tokens predicted in one step.
  package var batchTokens = 4096
  /// Length of the longest sequence; longer documents are split.
  package var length = 512
  /// Whether a piece of a document starts with the final state of the piece before it, instead of an empty state.
  package var carriesState = false
  package var learningRate = 1e-3
  package var minimumRate = 1e-4
  /// Steps of linear warm-up.
  package var warmUp = 200
  package var beta1 = 0.9
  package var beta2 = 0.98
  package var weightDecay = 0.05
  /// Maximum gradient norm; 0 disables clipping.
  package var clip = 1.0
  /// Chunk length of the chunkwise form; 0 selects the parallel form.
  package var chunkLength = 64
  package var threads = 2
  package var seed: UInt64 = 1
  /// The tokens in the training loss. Validation always measures all tokens.
  package var predicted = PredictedTokens.all
  /// Dropout probability of the embedding and of every addition to the residual stream.
  package var dropout = 0.0
  /// Decay of the moving average of the parameters, which is then saved as the model; 0 saves the parameters.
  package var averageDecay = 0.0
  package var optimizer = MatrixOptimizer.adamw
  /// Precision of products with weights. Weights, gradients and moments are always Float32.
  package var precision = ProductPrecision.float32

  package init(data: [String]) {
    self.data = data
  }

  package var form: RetentionForm { chunkLength == 0 ? .parallel : .chunkwise(length: chunkLength) }

  package var schedule: LearningRateSchedule {
    LearningRateSchedule(peak: learningRate, floor: minimumRate, warmUp: warmUp, steps: steps)
  }

  var adam: AdamW.Options {
    AdamW.Options(beta1: beta1, beta2: beta2, weightDecay: weightDecay)
  }

  /// The largest rates, far above useful ones: their products stay finite in Float32.
  private static let largest = 1e6

  /// Throws `TrainingError.invalidSetting` for the first setting outside its range.
  package func check() throws {
    func require(_ holds: Bool, _ name: String, _ found: some Any, _ expected: String) throws {
      if !holds { throw TrainingError.invalidSetting(name: name, found: "\(found)", expected: expected) }
    }
    try require(!data.isEmpty, "--data", "empty", "one file or more")
    try require(
      passes.isEmpty || passes.count == data.count, "--passes", "\(passes.count) numbers",
      "one for each --data file, of which there are \(data.count)")
    for passes in passes {
      try require(passes > 0 && passes <= 1000, "--passes", passes, "above 0 and at most 1000")
    }
    try require(steps > 0, "--steps", steps, "1 or more")
    try require(length > 0, "--length", length, "1 or more")
    try require(batchTokens >= length, "--batch-tokens", batchTokens, "at least --length, which is \(length)")
    try require(batchTokens <= 1 << 24, "--batch-tokens", batchTokens, "at most \(1 << 24)")
    try require(
      learningRate > 0 && learningRate <= Self.largest, "--learning-rate", learningRate,
      "above 0 and at most \(Self.largest)")
    try require(
      minimumRate >= 0 && minimumRate <= learningRate, "--minimum-rate", minimumRate,
      "from 0 to --learning-rate, which is \(learningRate)")
    try require(warmUp >= 0 && warmUp <= steps, "--warm-up", warmUp, "from 0 to --steps, which is \(steps)")
    for beta in [beta1, beta2] { try require(beta >= 0 && beta < 1, "--betas", beta, "from 0 to below 1") }
    try require(
      weightDecay >= 0 && weightDecay <= Self.largest, "--weight-decay", weightDecay, "from 0 to \(Self.largest)")
    try require(clip >= 0 && clip.isFinite, "--clip", clip, "0 or more")
    try require(dropout >= 0 && dropout < 1, "--dropout", dropout, "from 0 to below 1")
    try require(averageDecay >= 0 && averageDecay < 1, "--average", averageDecay, "from 0 to below 1")
    try require(!carriesState || chunkLength > 0, "--form", "parallel", "chunkwise where --carry is given")
    try require(chunkLength >= 0, "--chunk-length", chunkLength, "1 or more")
    try require((1...256).contains(threads), "--threads", threads, "from 1 to 256")
  }
}

extension TrainingOptions {
  /// Missing settings have their defaults, as earlier versions did not store all of them.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(data: try values.decode([String].self, forKey: .data))
    func read<Value: Decodable>(_ value: inout Value, _ key: CodingKeys) throws {
      value = try values.decodeIfPresent(Value.self, forKey: key) ?? value
    }
    try read(&validation, .validation)
    try read(&steps, .steps)
    try read(&batchTokens, .batchTokens)
    try read(&length, .length)
    try read(&learningRate, .learningRate)
    try read(&minimumRate, .minimumRate)
    try read(&warmUp, .warmUp)
    try read(&beta1, .beta1)
    try read(&beta2, .beta2)
    try read(&weightDecay, .weightDecay)
    try read(&clip, .clip)
    try read(&chunkLength, .chunkLength)
    try read(&threads, .threads)
    try read(&seed, .seed)
    try read(&carriesState, .carriesState)
    try read(&passes, .passes)
    try read(&predicted, .predicted)
    try read(&dropout, .dropout)
    try read(&averageDecay, .averageDecay)
    try read(&optimizer, .optimizer)
    try read(&precision, .precision)
  }
}
