import RetNet

/// The tokens whose loss is learnt from.
package enum PredictedTokens: String, Sendable, Hashable, Codable, CaseIterable {
  case all
  /// Of conversations, replies and the symbols that end them; all other texts wholly.
  case replies
}

/// What updates the matrices of the blocks. Embedding, head and vectors are updated by AdamW either way.
package enum MatrixOptimizer: String, Sendable, Hashable, Codable, CaseIterable {
  case adamw
  case muon
}

/// What decides the course of a training run: with the same options, data and machine each run gives the same weights.
package struct TrainingOptions: Sendable, Hashable, Codable {
  package var data: [String]
  package var validation: [String] = []
  /// How many times an epoch sees each document of each data file; empty is once each.
  ///
  /// Of a fraction, that share of the documents is seen once more, another choice in every epoch.
  package var passes: [Double] = []
  package var steps = 1000
  /// Tokens predicted in one step, at most.
  package var batchTokens = 4096
  /// Longest sequence; longer documents are cut.
  package var length = 512
  /// Whether a piece of a document begins with the state that the piece before it left, instead of an empty one.
  package var carriesState = false
  package var learningRate = 1e-3
  package var minimumRate = 1e-4
  /// Steps of linear warm-up.
  package var warmUp = 200
  package var beta1 = 0.9
  package var beta2 = 0.98
  package var weightDecay = 0.05
  /// Longest gradient; 0 leaves every gradient as it is.
  package var clip = 1.0
  /// Tokens in a chunk of the chunkwise form; 0 takes the parallel form.
  package var chunkLength = 64
  package var threads = 2
  package var seed: UInt64 = 1
  /// What the loss is the mean of; validation always measures all tokens.
  package var predicted = PredictedTokens.all
  /// Share of entries left out where something is added to the residual stream, and of the embedding's.
  package var dropout = 0.0
  /// Decay of the parameters' moving average, which the saved model then is; 0 saves the parameters themselves.
  package var averageDecay = 0.0
  package var optimizer = MatrixOptimizer.adamw
  /// Of products with weights; weights, gradients and moments are Float32 either way.
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

  /// Throws `TrainingError.badSetting` for the first setting outside its range.
  package func check() throws {
    func require(_ holds: Bool, _ name: String, _ found: some Any, _ expected: String) throws {
      if !holds { throw TrainingError.badSetting(name: name, found: "\(found)", expected: expected) }
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
    try require(learningRate > 0 && learningRate.isFinite, "--learning-rate", learningRate, "above 0")
    try require(
      minimumRate >= 0 && minimumRate <= learningRate, "--minimum-rate", minimumRate,
      "from 0 to --learning-rate, which is \(learningRate)")
    try require(warmUp >= 0 && warmUp <= steps, "--warm-up", warmUp, "from 0 to --steps, which is \(steps)")
    for beta in [beta1, beta2] { try require(beta >= 0 && beta < 1, "--betas", beta, "from 0 to below 1") }
    try require(weightDecay >= 0 && weightDecay.isFinite, "--weight-decay", weightDecay, "0 or more")
    try require(clip >= 0 && clip.isFinite, "--clip", clip, "0 or more")
    try require(dropout >= 0 && dropout < 1, "--dropout", dropout, "from 0 to below 1")
    try require(averageDecay >= 0 && averageDecay < 1, "--average", averageDecay, "from 0 to below 1")
    try require(!carriesState || chunkLength > 0, "--form", "parallel", "chunkwise where --carry is given")
    try require(chunkLength >= 0, "--chunk-length", chunkLength, "1 or more")
    try require((1...256).contains(threads), "--threads", threads, "from 1 to 256")
  }
}

extension TrainingOptions {
  /// A setting that is missing has its default: runs of earlier versions did not have all of them.
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
