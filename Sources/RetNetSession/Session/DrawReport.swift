import RetNet

/// How the last token of a session was drawn.
package struct DrawReport: Sendable, Hashable {
  /// The distribution after a stage of the sampler.
  package struct Stage: Sendable, Hashable {
    package var name: SamplerStage.Name
    /// The value of the stage, such as `top-k 40`; empty for the model's distribution.
    package var setting: String
    /// Number of tokens that can still be drawn.
    package var kept: Int
    /// The drawn token's probability.
    package var probability: Double
    /// The most probable tokens that this stage removed, at most `DrawReport.shownTokens`.
    package var removed: [String]
  }

  /// A draw with all its numbers.
  package struct Draw: Sendable, Hashable {
    package var stages: [Stage]
    /// The random number, from 0 to 1, 1 excluded.
    package var random: Double
    /// The drawn token's place among the probabilities, most probable first: it is drawn if the random number is in it.
    package var interval: Range<Double>
  }

  package enum Cause: Sendable, Hashable {
    case drawn(Draw)
    /// Typed text, a symbol of the chat format, or a token that the user picked.
    case given
    /// A session file has the token, and not its random number.
    case opened
    /// There is no token.
    case none
  }

  package static let shownTokens = 5

  /// The token's number in the session, from 0.
  package var index: Int
  /// The piece as spelled in the vocabulary; empty without a token.
  package var piece: String
  package var cause: Cause

  package init(index: Int, piece: String, cause: Cause) { (self.index, self.piece, self.cause) = (index, piece, cause) }
}

extension Engine {
  /// How the token before the current position was drawn. Recomputes its logits from the nearest snapshot, with the
  /// same bits, and draws again with the sampler as it was.
  ///
  /// - Throws: `ModelError`.
  package func why() throws -> DrawReport {
    defer { inference.rest() }
    let index = current.position - 1
    guard index >= 0 else { return DrawReport(index: 0, piece: "", cause: .none) }
    let token = conversation.tokens[index]
    func report(_ cause: DrawReport.Cause) -> DrawReport {
      DrawReport(index: index, piece: tokenizer.piece(token), cause: cause)
    }
    if index < conversation.undocumented { return report(.opened) }
    guard let (before, sampler) = conversation.beforeDraw(of: index), let next = try computed(through: index).next
    else {
      return report(.given)
    }
    let draw = next.logits.withUnsafeBufferPointer { logits in
      sampler.report(on: token, logits, recent: before.recentTokens, allowed: before.isAllowed) {
        tokenizer.pieceOrNumber($0)
      }
    }
    return report(.drawn(draw))
  }
}

extension Sampler {
  /// What each stage did to a token before it was drawn, and the random number that drew it.
  ///
  /// - Parameters:
  ///   - logits, recent, allowed: as for `draw`.
  ///   - piece: the text of a token.
  func report(
    on token: Int, _ logits: UnsafeBufferPointer<Float>, recent: [Int], allowed: (Int) -> Bool,
    piece: (Int) -> String
  ) -> DrawReport.Draw {
    var stages: [DrawReport.Stage] = []
    var before: [Choice] = []
    for (name, choices) in chain(logits, recent: recent, allowed: allowed) where isEnabled(name) {
      let kept = Set(choices.map(\.token))
      let removed = before.filter { !kept.contains($0.token) }.prefix(DrawReport.shownTokens).map { piece($0.token) }
      stages.append(
        DrawReport.Stage(
          name: name, setting: setting(of: name), kept: choices.count,
          probability: choices.first { $0.token == token }?.probability ?? 0, removed: Array(removed)))
      before = choices
    }
    var generator = generator
    let start = before.prefix { $0.token != token }.reduce(0) { $0 + $1.probability }
    return DrawReport.Draw(
      stages: stages, random: generator.nextUniform(), interval: start..<start + (stages.last?.probability ?? 0))
  }

  /// Whether a stage can remove tokens or change their probabilities.
  private func isEnabled(_ name: SamplerStage.Name) -> Bool {
    // A temperature of 0 takes the most probable token, whatever the other stages keep.
    let isGreedy = options.temperature == 0
    return switch name {
    case .model, .penalties, .temperature: true
    case .topNSigma: !isGreedy && options.topNSigma > 0
    case .topK: !isGreedy && options.topK > 0
    case .typicalP: !isGreedy && options.typicalP < 1
    case .topP: !isGreedy && options.topP < 1
    case .minP: !isGreedy && options.minP > 0
    }
  }

  /// The values of a stage.
  private func setting(of name: SamplerStage.Name) -> String {
    func texts(_ values: [SamplingValue]) -> String {
      values.filter { $0[options] != $0[SamplingOptions.neutral] }.map { "\($0.rawValue) \($0.text(in: options))" }
        .joined(separator: ", ")
    }
    return switch name {
    case .model: ""
    case .penalties:
      ([options.logitBias.isEmpty ? "" : "logit-bias"]
        + [texts([.repetitionPenalty, .frequencyPenalty, .presencePenalty])]).filter { !$0.isEmpty }
        .joined(separator: ", ")
    case .topNSigma: SamplingValue.topNSigma.text(in: options)
    case .topK: SamplingValue.topK.text(in: options)
    case .typicalP: SamplingValue.typicalP.text(in: options)
    case .topP: SamplingValue.topP.text(in: options)
    case .minP: SamplingValue.minP.text(in: options)
    case .temperature: SamplingValue.temperature.text(in: options)
    }
  }
}

extension SamplingOptions {
  /// The values with which every stage keeps all tokens and their probabilities.
  static let neutral: SamplingOptions = {
    var options = SamplingOptions()
    (options.temperature, options.topK, options.topP, options.repetitionPenalty) = (1, 0, 1, 1)
    return options
  }()
}

extension SamplingValue {
  fileprivate func text(in options: SamplingOptions) -> String {
    isInteger ? "\(Int(self[options]))" : "\(self[options])"
  }
}
