import Foundation
import RetNet

extension Sampler {
  /// The candidates' probabilities after each stage, in the order of `choices`.
  ///
  /// The first stage is the model's distribution over the whole vocabulary. From the penalties on, only allowed tokens
  /// count, and `kept` is the number of tokens that can still be drawn. A temperature of 0 keeps one token. A disabled
  /// stage equals the stage before it; top-n-σ and typical-p are listed only if they are enabled. For display only: each
  /// stage computes a softmax of the whole vocabulary.
  ///
  /// - Parameters:
  ///   - logits: `[vocabulary]`.
  ///   - recent: the tokens so far; the last `repetitionWindow` of them are penalized.
  ///   - candidates: the tokens whose probabilities are returned.
  ///   - allowed: whether a token may be drawn.
  package func stages(
    _ logits: UnsafeBufferPointer<Float>, recent: [Int], candidates: [Int], allowed: (Int) -> Bool = { _ in true }
  ) -> [SamplerStage] {
    chain(logits, recent: recent, allowed: allowed).map { name, choices in
      let shares = Dictionary(uniqueKeysWithValues: choices.map { ($0.token, $0.probability) })
      return SamplerStage(
        name: name, kept: choices.count, probabilities: candidates.map { Float(shares[$0] ?? 0) })
    }
  }

  /// The tokens that can still be drawn after each stage, most probable first, with probabilities that add up to 1. The
  /// last ones are those that `draw` draws from.
  func chain(
    _ logits: UnsafeBufferPointer<Float>, recent: [Int], allowed: (Int) -> Bool
  ) -> [(name: SamplerStage.Name, choices: [Choice])] {
    let scores = penalized(logits, recent: recent)
    let ranked = Self.best(scores.count, of: scores, where: allowed)
    let largest = ranked.first.map { scores[$0] } ?? 0
    var chain = [(name: SamplerStage.Name.model, choices: Self.ownDistribution(logits))]
    var kept = ranked.map { Choice(token: $0, probability: exp(Double(scores[$0] - largest))) }

    func add(_ name: SamplerStage.Name) {
      let sum = kept.reduce(0) { $0 + $1.probability }
      chain.append((name, kept.map { Choice(token: $0.token, probability: $0.probability / sum) }))
    }

    add(.penalties)
    let isGreedy = options.temperature == 0
    if isGreedy { kept = Array(kept.prefix(1)) }
    let least = isGreedy ? 0 : exp(floor(scores))
    kept = Array(kept.prefix { $0.probability >= least })
    if options.topNSigma > 0 { add(.topNSigma) }
    if options.topK > 0 { kept = Array(kept.prefix(options.topK)) }
    add(.topK)
    if options.typicalP < 1 {
      kept = typical(kept)
      add(.typicalP)
    }
    kept = Array(kept.prefix(nucleus(kept)))
    add(.topP)
    let best = kept.first?.probability ?? 0
    kept = Array(kept.prefix { $0.probability >= Double(options.minP) * best })
    add(.minP)
    // A sum in another order could differ in its last bit, and so decide on the last token of top-p.
    chain.append((.temperature, choices(logits, recent: recent, allowed: allowed)))
    return chain
  }

  private static func ownDistribution(_ logits: UnsafeBufferPointer<Float>) -> [Choice] {
    let largest = Double(logits.max() ?? 0)
    let sum = logits.reduce(0.0) { $0 + exp(Double($1) - largest) }
    return best(logits.count, of: Array(logits)) { _ in true }
      .map { Choice(token: $0, probability: exp(Double(logits[$0]) - largest) / sum) }
  }
}
