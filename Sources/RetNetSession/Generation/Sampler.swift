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

  /// A token with the probability that the stages have left it.
  package struct Choice: Sendable, Hashable {
    package var token: Int
    package var probability: Double
  }

  /// What the stages leave of `logits`, most probable first, equal ones by number; probabilities add up to 1.
  ///
  /// - Parameters:
  ///   - logits: `[vocabulary]`.
  ///   - recent: the tokens so far; the last `repetitionWindow` of them are penalized.
  ///   - allowed: which tokens may be drawn at all.
  package func choices(
    _ logits: UnsafeBufferPointer<Float>, recent: [Int], allowed: (Int) -> Bool = { _ in true }
  ) -> [Choice] {
    let scores = penalized(logits, recent: recent)
    if options.temperature == 0 {
      return Self.best(1, of: scores, where: allowed).map { Choice(token: $0, probability: 1) }
    }
    if options.topK > 0 { return cut(Self.best(options.topK, of: scores, where: allowed), scores, total: nil) }

    // The smallest set that reaches p is mostly a small part of the vocabulary: the rest need not be sorted for it.
    if options.topP < 1, let largest = Self.best(1, of: scores, where: allowed).first {
      let total = scores.indices.reduce(0.0) { sum, token in
        let score = scaled(scores[token], below: scores[largest])
        return score >= floor && allowed(token) ? sum + exp(score) : sum
      }
      let few = cut(Self.best(Self.few, of: scores, where: allowed), scores, total: total)
      if few.count < Self.few { return few }
    }
    return cut(Self.best(scores.count, of: scores, where: allowed), scores, total: nil)
  }

  /// Tokens that are looked at first where p alone decides how many are kept.
  private static let few = 128

  /// What min-p and top-p leave of `tokens`, which are ranked.
  ///
  /// - Parameter total: Σ e^score of all that min-p leaves; nil where `tokens` has all of them.
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

  /// How far a score lies below the largest, in units of the temperature.
  package func scaled(_ score: Float, below largest: Float) -> Double {
    Double((score - largest) / options.temperature)
  }

  /// Draws from what `choices` leaves; nil where nothing is allowed.
  package mutating func draw(
    _ logits: UnsafeBufferPointer<Float>, recent: [Int], allowed: (Int) -> Bool = { _ in true }
  ) -> Int? {
    let choices = choices(logits, recent: recent, allowed: allowed)
    var left = generator.nextUniform()
    for choice in choices {
      left -= choice.probability
      if left < 0 { return choice.token }
    }
    return choices.last?.token
  }

  /// The tokens with the `count` best scores, best first, equal ones by number.
  package static func best(_ count: Int, of scores: [Float], where allowed: (Int) -> Bool) -> [Int] {
    func isBetter(_ a: Int, _ b: Int) -> Bool { scores[a] != scores[b] ? scores[a] > scores[b] : a < b }
    guard count < scores.count / 8 else {
      return Array(scores.indices.filter(allowed).sorted(by: isBetter).prefix(count))
    }
    // Few of a large vocabulary: a row of the best so far, into which hardly any of the rest comes.
    var best: [Int] = []
    best.reserveCapacity(count + 1)
    var worst = -Float.infinity
    func insert(_ token: Int) {
      var (low, high) = (0, best.count)
      while low < high {
        let middle = (low + high) / 2
        if isBetter(best[middle], token) { low = middle + 1 } else { high = middle }
      }
      best.insert(token, at: low)
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

  /// Scores that are passed over at once where none of them is among the best.
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

  /// The lowest score that is kept, beside the best one's 0. min-p compares probabilities before any other stage cuts;
  /// without it, what is below the floor is never drawn in practice.
  package var floor: Double { max(options.minP > 0 ? log(Double(options.minP)) : -.infinity, -30) }
}
