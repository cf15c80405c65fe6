import Foundation
import RetNet

extension Sampler {
  /// The candidates' probabilities after each stage, in the order of `choices`.
  ///
  /// The first stage is the model's distribution over the whole vocabulary. From the penalty on, only allowed tokens
  /// count, and `kept` is the number of tokens that can still be drawn. Min-p always drops tokens below e⁻³⁰ of the
  /// most probable one. A temperature of 0 keeps one token. A disabled stage equals the stage before it. For display
  /// only: each stage computes a softmax of the whole vocabulary.
  ///
  /// - Parameters:
  ///   - logits: `[vocabulary]`.
  ///   - recent: the tokens so far; the last `repetitionWindow` of them are penalized.
  ///   - candidates: the tokens whose probabilities are returned.
  ///   - allowed: whether a token may be drawn.
  package func stages(
    _ logits: UnsafeBufferPointer<Float>, recent: [Int], candidates: [Int], allowed: (Int) -> Bool = { _ in true }
  ) -> [SamplerStage] {
    let scores = penalized(logits, recent: recent)
    // Each stage keeps a prefix of these.
    let ranked = Self.best(scores.count, of: scores, where: allowed)
    let ranks = candidates.map { ranked.firstIndex(of: $0) }
    var stages = [Self.ownDistribution(logits, candidates)]

    func add(_ name: SamplerStage.Name, kept: Int, logShare: (Int) -> Double) {
      let shares = ranked.prefix(kept).map { exp(logShare($0)) }
      let sum = shares.reduce(0, +)
      stages.append(
        SamplerStage(
          name: name, kept: kept,
          probabilities: ranks.map { rank in rank.flatMap { $0 < kept ? Float(shares[$0] / sum) : nil } ?? 0 }))
    }

    let largest = ranked.first.map { scores[$0] } ?? 0
    add(.penalty, kept: ranked.count) { Double(scores[$0] - largest) }
    if options.temperature == 0 {
      for name in [SamplerStage.Name.temperature, .minP, .topK, .topP] {
        add(name, kept: min(1, ranked.count)) { _ in 0 }
      }
      return stages
    }
    let share = { scaled(scores[$0], below: largest) }
    var kept = ranked.count
    add(.temperature, kept: kept, logShare: share)
    kept = ranked.firstIndex { share($0) < floor } ?? kept
    add(.minP, kept: kept, logShare: share)
    if options.topK > 0 { kept = min(kept, options.topK) }
    add(.topK, kept: kept, logShare: share)
    if options.topP < 1 {
      let shares = ranked.prefix(kept).map { exp(share($0)) }
      let enough = Double(options.topP) * shares.reduce(0, +)
      var reached = 0.0
      let last = shares.firstIndex {
        reached += $0
        return reached >= enough
      }
      if let last { kept = last + 1 }
    }
    add(.topP, kept: kept, logShare: share)
    return stages
  }

  private static func ownDistribution(_ logits: UnsafeBufferPointer<Float>, _ candidates: [Int]) -> SamplerStage {
    let largest = Double(logits.max() ?? 0)
    let sum = logits.reduce(0.0) { $0 + exp(Double($1) - largest) }
    return SamplerStage(
      name: .model, kept: logits.count,
      probabilities: candidates.map { Float(exp(Double(logits[$0]) - largest) / sum) })
  }
}
