import Foundation
import RetNet

/// Draws the next token: penalty, temperature, min-p, top-k and top-p in this order, then one random number.
public struct Sampler: Sendable {
  package var options: SamplingOptions
  package var generator: SeededGenerator

  package init(_ options: SamplingOptions) {
    self.options = options
    generator = SeededGenerator(seed: options.seed)
  }

  /// A token and its probability after all stages.
  package struct Choice: Sendable, Hashable {
    package var token: Int
    package var probability: Double
  }

  /// The tokens that pass all stages, most probable first, ties by token number. Their probabilities add up to 1.
  ///
  /// - Parameters:
  ///   - logits: `[vocabulary]`.
  ///   - recent: the tokens so far; the last `repetitionWindow` of them are penalized.
  ///   - allowed: whether a token may be drawn.
  package func choices(
    _ logits: UnsafeBufferPointer<Float>, recent: [Int], allowed: (Int) -> Bool = { _ in true }
  ) -> [Choice] {
    let scores = penalized(logits, recent: recent)
    if options.temperature == 0 {
      return Self.best(1, of: scores, where: allowed).map { Choice(token: $0, probability: 1) }
    }
    if options.topK > 0 { return cut(Self.best(options.topK, of: scores, where: allowed), scores, total: nil) }

    // The smallest set that reaches top-p is usually a small part of the vocabulary, so only a short list is sorted
    // first.
    if options.topP < 1, let largest = Self.best(1, of: scores, where: allowed).first {
      let total = scores.indices.reduce(0.0) { sum, token in
        let score = scaled(scores[token], below: scores[largest])
        return score >= floor && allowed(token) ? sum + exp(score) : sum
      }
      let shortlist = cut(Self.best(Self.shortlistLength, of: scores, where: allowed), scores, total: total)
      if shortlist.count < Self.shortlistLength { return shortlist }
    }
    return cut(Self.best(scores.count, of: scores, where: allowed), scores, total: nil)
  }

  /// Length of the list that top-p tries first.
  private static let shortlistLength = 128

  /// Applies min-p and top-p to ranked tokens.
  ///
  /// - Parameter total: Σ e^score of all tokens that pass min-p; nil if `tokens` contains all of them.
  private func cut(_ tokens: [Int], _ scores: [Float], total: Double?) -> [Choice] {
    guard let largest = tokens.first.map({ scores[$0] }) else { return [] }
    let floor = floor
    var choices: [Choice] = []
    choices.reserveCapacity(tokens.count)
    for token in tokens {
      let score = scaled(scores[token], below: largest)
      if score < floor { break }
      choices.append(Choice(token: token, probability: exp(score)))
    }
    if options.topP < 1 {
      let enough = Double(options.topP) * (total ?? choices.reduce(0) { $0 + $1.probability })
      var reached = 0.0
      let kept = choices.firstIndex {
        reached += $0.probability
        return reached >= enough
      }
      if let kept { choices.removeLast(choices.count - kept - 1) }
    }
    let sum = choices.reduce(0) { $0 + $1.probability }
    for i in choices.indices { choices[i].probability /= sum }
    return choices
  }

  /// The score relative to the largest, in units of the temperature.
  package func scaled(_ score: Float, below largest: Float) -> Double {
    Double((score - largest) / options.temperature)
  }

  /// Draws one of `choices`; nil if no token is allowed.
  package mutating func draw(
    _ logits: UnsafeBufferPointer<Float>, recent: [Int], allowed: (Int) -> Bool = { _ in true }
  ) -> Int? {
    let choices = choices(logits, recent: recent, allowed: allowed)
    var remaining = generator.nextUniform()
    for choice in choices {
      remaining -= choice.probability
      if remaining < 0 { return choice.token }
    }
    return choices.last?.token
  }

  /// The tokens with the `count` best scores, best first; ties by token number.
  package static func best(_ count: Int, of scores: [Float], where allowed: (Int) -> Bool) -> [Int] {
    func isBetter(_ a: Int, _ b: Int) -> Bool { scores[a] != scores[b] ? scores[a] > scores[b] : a < b }
    guard count < scores.count / 8 else {
      return Array(scores.indices.filter(allowed).sorted(by: isBetter).prefix(count))
    }
    // For few tokens of a large vocabulary, insertion into a short sorted list is faster than sorting all.
    var best: [Int] = []
    best.reserveCapacity(count + 1)
    var worst = -Float.infinity
    func insert(_ token: Int) {
      best.insert(token, at: best.partitioningIndex { !isBetter($0, token) })
      if best.count > count { best.removeLast() }
      worst = scores[best[best.count - 1]]
    }
    for start in stride(from: 0, to: scores.count, by: Self.block) {
      let tokens = start..<min(start + Self.block, scores.count)
      if best.count == count, largest(of: scores, tokens) <= worst { continue }
      for token in tokens where (best.count < count || scores[token] > worst) && allowed(token) { insert(token) }
    }
    return best
  }

  /// Scores per block. A block is skipped if its largest score is not among the best.
  private static let block = 64

  private static func largest(of scores: [Float], _ tokens: Range<Int>) -> Float {
    scores[tokens].withUnsafeBufferPointer { some in
      some.baseAddress.map { VectorMath.maximum($0, count: some.count) } ?? -.infinity
    }
  }

  func penalized(_ logits: UnsafeBufferPointer<Float>, recent: [Int]) -> [Float] {
    var scores = Array(logits)
    guard options.repetitionPenalty != 1 else { return scores }
    for token in Set(recent.suffix(options.repetitionWindow)) {
      scores[token] =
        scores[token] > 0 ? scores[token] / options.repetitionPenalty : scores[token] * options.repetitionPenalty
    }
    return scores
  }

  /// The lowest score that is kept, relative to the best. Min-p compares probabilities before top-k and top-p; when it
  /// is off, scores below −30 are dropped because they are never drawn in practice.
  package var floor: Double { max(options.minP > 0 ? log(Double(options.minP)) : -.infinity, -30) }
}
