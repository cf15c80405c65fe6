import RetNet

extension Sampler {
  /// A sampler with given values.
  ///
  /// - Parameters:
  ///   - options: the sampling values.
  ///   - seed: seed of the random numbers; the same seed and logits give the same tokens.
  /// - Throws: `ChatError.sampling` for a value out of range.
  public init(_ options: SamplingOptions, seed: UInt64) throws(ChatError) {
    try options.check()
    self.init(options)
    generator = SeededGenerator(seed: seed)
  }

  /// Draws the next token.
  ///
  /// - Parameters:
  ///   - logits: `[vocabulary]`.
  ///   - recent: the tokens so far, for the repetition penalty.
  /// - Returns: the token, from 0; nil if all logits are −∞.
  /// - Throws: `RetNetError.value` for a recent token outside the vocabulary, or a logit that is NaN or +∞.
  public mutating func draw(_ logits: [Float], recent: [Int] = []) throws(RetNetError) -> Int? {
    for token in recent {
      try RetNetError.require(logits.indices.contains(token), "recent token", token, "0 to \(logits.count - 1)")
    }
    if let wrong = logits.first(where: { $0.isNaN || $0 == .infinity }) {
      throw .value(of: "logit", found: "\(wrong)", expected: "a number below infinity")
    }
    guard logits.contains(where: { $0 > -.infinity }) else { return nil }
    return logits.withUnsafeBufferPointer { logits in
      draw(logits, recent: recent) { logits[$0] > -.infinity }
    }
  }
}
