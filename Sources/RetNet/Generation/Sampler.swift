import Foundation

/// Draws the next token: penalty, temperature, min-p, top-k and top-p in this order, then one random number.
public struct Sampler: Sendable {
  public var options: SamplingOptions
  public var generator: SeededGenerator

  public init(_ options: SamplingOptions) {
    self.options = options
    generator = SeededGenerator(seed: options.seed)
  }

  /// A token with the probability that the stages have left it.
  public struct Choice: Sendable, Hashable {
    public var token: Int
    public var probability: Double
  }

  /// What the stages leave of `logits`, most probable first, equal ones by number; probabilities add up to 1.
  ///
  /// - Parameters:
  ///   - logits: `[vocabulary]`.
  ///   - recent: the tokens so far; the last `repetitionWindow` of them are penalized.
  ///   - allowed: which tokens may be drawn at all.
  public func choices(
    _ logits: UnsafeBufferPointer<Float>, recent: [Int], allowed: (Int) -> Bool = { _ in true }
  ) -> [Choice] {
    let scores = penalized(logits, recent: recent)
    let order = scores.indices.filter(allowed)
    // Of equal scores the first token's counts.
    guard let best = order.max(by: { scores[$0] < scores[$1] || (scores[$0] == scores[$1] && $0 > $1) }) else {
      return []
    }
    if options.temperature == 0 { return [Choice(token: best, probability: 1)] }

    let largest = scores[best]
    // Below this share of the best a token is never drawn in practice; sorting the rest of the vocabulary buys nothing.
    let floor = max(logOrZero(options.minP), -30)
    var candidates: [Candidate] = []
    for token in order {
      let score = (scores[token] - largest) / options.temperature
      if score >= floor { candidates.append(Candidate(token: token, score: score)) }
    }
    Self.sort(&candidates, keeping: options.topK > 0 ? options.topK : candidates.count)

    var choices = candidates.map { Choice(token: $0.token, probability: exp(Double($0.score))) }
    normalize(&choices)
    if options.topP < 1 {
      var reached = 0.0
      let kept = choices.firstIndex {
        reached += $0.probability
        return reached >= Double(options.topP)
      }
      if let kept { choices.removeLast(choices.count - kept - 1) }
      normalize(&choices)
    }
    return choices
  }

  /// Draws from what `choices` leaves; nil where nothing is allowed.
  public mutating func draw(
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

  private struct Candidate {
    var token: Int
    var score: Float
  }

  /// Brings the best `count` of the candidates to the front, best first, equal ones by number, and drops the others.
  private static func sort(_ candidates: inout [Candidate], keeping count: Int) {
    func isBetter(_ a: Candidate, _ b: Candidate) -> Bool {
      a.score != b.score ? a.score > b.score : a.token < b.token
    }
    guard count < candidates.count / 8 else {
      candidates.sort(by: isBetter)
      candidates.removeLast(max(0, candidates.count - count))
      return
    }
    // Few of a large vocabulary: a row of the best so far, into which hardly any of the rest comes.
    var best: [Candidate] = []
    best.reserveCapacity(count + 1)
    for candidate in candidates {
      if best.count == count, let last = best.last, !isBetter(candidate, last) { continue }
      var (low, high) = (0, best.count)
      while low < high {
        let middle = (low + high) / 2
        if isBetter(best[middle], candidate) { low = middle + 1 } else { high = middle }
      }
      best.insert(candidate, at: low)
      if best.count > count { best.removeLast() }
    }
    candidates = best
  }

  private func penalized(_ logits: UnsafeBufferPointer<Float>, recent: [Int]) -> [Float] {
    var scores = Array(logits)
    guard options.repetitionPenalty != 1 else { return scores }
    for token in Set(recent.suffix(options.repetitionWindow)) {
      scores[token] =
        scores[token] > 0 ? scores[token] / options.repetitionPenalty : scores[token] * options.repetitionPenalty
    }
    return scores
  }

  /// min-p compares probabilities with the best one's, before any other stage cuts.
  private func logOrZero(_ share: Float) -> Float { share > 0 ? log(share) : -.infinity }

  private func normalize(_ choices: inout [Choice]) {
    let sum = choices.reduce(0) { $0 + $1.probability }
    for i in choices.indices { choices[i].probability /= sum }
  }
}
