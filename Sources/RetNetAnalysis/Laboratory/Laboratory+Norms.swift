import RetNet

extension NormComparison {
  /// The largest number of tokens: of longer sessions, the last ones are computed as a separate text.
  package static let longestText = 256
}

extension Laboratory {
  /// Tokens in a chunk if a request names no length.
  static let chunkLength = 64

  /// The effects of `chosen` compared with the norms of the model's training, and those of each change of a single switch.
  ///
  /// - Throws: `ModelError`, `CancellationError`.
  func norms(_ chosen: NormOptions, layer: Int) throws -> NormComparison {
    let tokens = Array(tokens.suffix(NormComparison.longestText))
    let effects = try NormEffects(model, tokens: tokens, layer: layer)
    let found = try effects.effects(of: chosen, chunkLength: Self.chunkLength)
    return NormComparison(
      layer: layer, trained: model.norms, chosen: chosen, tokens: tokens.count, heads: found.heads,
      logits: found.logits, preview: try preview(chosen), agreement: found.agreement,
      alternatives: try singleSwitches.map { norms in
        let found = try effects.effects(of: norms, chunkLength: Self.chunkLength)
        let after = found.agreement.compactMap(\.after)
        return NormComparison.Alternative(
          norms: norms, before: found.heads.map(\.before).max() ?? 0, after: found.heads.map(\.after).max() ?? 0,
          meanDivergence: found.logits.meanDivergence, formsBefore: found.agreement.map(\.before).max() ?? 0,
          formsAfter: after.max())
      })
  }

  /// The norms of training with one switch changed: norm 1, norm 2, norm 3 to each other value, the group norm to each
  /// other kind, and a thousandfold ε.
  private var singleSwitches: [NormOptions] {
    func changed(_ change: (inout NormOptions) -> Void) -> NormOptions {
      var norms = model.norms
      change(&norms)
      return norms
    }
    return [changed { $0.retention.norm1.toggle() }, changed { $0.retention.norm2.toggle() }]
      + RetentionNorms.Score.allCases.filter { $0 != model.norms.retention.norm3 }
      .map { score in changed { $0.retention.norm3 = score } }
      + NormOptions.Group.allCases.filter { $0 != model.norms.group }.map { group in changed { $0.group = group } }
      + [changed { $0.epsilon = 1000 * ($0.epsilon ?? model.configuration.normEpsilon) }]
  }
}
