import Foundation
import RetNet

/// Draws the next token: logit bias and penalties, top-n-σ, top-k, typical-p, top-p, min-p and temperature in this order,
/// then one random number. It is the order of llama.cpp's default chain.
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
    let floor = floor(scores)
    if options.topK > 0 {
      return kept(Self.best(options.topK, of: scores, where: allowed), scores, floor: floor).choices
    }

    // The smallest set that reaches top-p is usually a small part of the vocabulary, so only a short list is sorted
    // first.
    if options.topP < 1, options.typicalP == 1, let largest = Self.best(1, of: scores, where: allowed).first {
      let total = scores.indices.reduce(0.0) { sum, token in
        let score = Double(scores[token] - scores[largest])
        return score >= floor && allowed(token) ? sum + exp(score) : sum
      }
      let ranked = Self.best(Self.shortlistLength, of: scores, where: allowed)
      let shortlist = kept(ranked, scores, floor: floor, total: total)
      if shortlist.isNucleus { return shortlist.choices }
    }
    return kept(Self.best(scores.count, of: scores, where: allowed), scores, floor: floor).choices
  }

  /// Length of the list that top-p tries first.
  private static let shortlistLength = 128

  /// Applies the stages from top-n-σ on to ranked tokens.
  ///
  /// - Parameters:
  ///   - floor: the lowest score, relative to the best.
  ///   - total: Σ e^score of all tokens down to `floor`; nil if `tokens` contains all of them.
  /// - Returns: the choices, and whether top-p ended before the last of `tokens`.
  private func kept(
    _ tokens: [Int], _ scores: [Float], floor: Double, total: Double? = nil
  ) -> (choices: [Choice], isNucleus: Bool) {
    guard let largest = tokens.first.map({ scores[$0] }) else { return ([], true) }
    func score(_ token: Int) -> Double { Double(scores[token] - largest) }
    var choices: [Choice] = []
    choices.reserveCapacity(tokens.count)
    for token in tokens {
      let score = score(token)
      if score < floor { break }
      choices.append(Choice(token: token, probability: exp(score)))
    }
    choices = typical(choices)
    let count = choices.count
    choices.removeLast(count - nucleus(choices, total: total))
    let isNucleus = choices.count < tokens.count
    let least = Double(options.minP) * (choices.first?.probability ?? 0)
    choices.removeLast(choices.count - (choices.firstIndex { $0.probability < least } ?? choices.count))
    var sum = 0.0
    for i in choices.indices {
      choices[i].probability = exp(score(choices[i].token) / Double(options.temperature))
      sum += choices[i].probability
    }
    for i in choices.indices { choices[i].probability /= sum }
    return (choices, isNucleus)
  }

  /// The number of choices, most probable first, whose probabilities reach top-p of their sum.
  ///
  /// - Parameter total: the sum, if there are more tokens than `choices`.
  func nucleus(_ choices: [Choice], total: Double? = nil) -> Int {
    guard options.topP < 1 else { return choices.count }
    let enough = Double(options.topP) * (total ?? choices.reduce(0) { $0 + $1.probability })
    var reached = 0.0
    let last = choices.firstIndex {
      reached += $0.probability
      return reached >= enough
    }
    return last.map { $0 + 1 } ?? choices.count
  }

  /// The choices whose information −ln p is nearest to the entropy, until their probabilities reach typical-p; in the
  /// given order. Locally typical sampling (arXiv 2202.00666).
  func typical(_ choices: [Choice]) -> [Choice] {
    guard options.typicalP < 1 else { return choices }
    let sum = choices.reduce(0) { $0 + $1.probability }
    let information = choices.map { log(sum / $0.probability) }
    let entropy = zip(choices, information).reduce(0) { $0 + $1.0.probability / sum * $1.1 }
    let nearest = choices.indices.sorted { abs(information[$0] - entropy) < abs(information[$1] - entropy) }
    var reached = 0.0
    let last = nearest.firstIndex {
      reached += choices[$0].probability / sum
      return reached >= Double(options.typicalP)
    }
    return nearest.prefix(last.map { $0 + 1 } ?? choices.count).sorted().map { choices[$0] }
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

  /// The logits with their bias, less the penalties of recent tokens.
  func penalized(_ logits: UnsafeBufferPointer<Float>, recent: [Int]) -> [Float] {
    var scores = Array(logits)
    for (token, bias) in options.logitBias where scores.indices.contains(token) { scores[token] += bias }
    let (factor, each, once) = (options.repetitionPenalty, options.frequencyPenalty, options.presencePenalty)
    guard factor != 1 || each != 0 || once != 0 else { return scores }
    var counts: [Int: Int] = [:]
    for token in recent.suffix(options.repetitionWindow) { counts[token, default: 0] += 1 }
    for (token, count) in counts {
      scores[token] = scores[token] > 0 ? scores[token] / factor : scores[token] * factor
      scores[token] -= Float(count) * each + once
    }
    return scores
  }

  /// The lowest score that top-n-σ keeps, relative to the best: −n standard deviations of the scores (arXiv 2411.07641).
  /// Scores are never drawn in practice below −30 temperatures, and these are dropped.
  func floor(_ scores: [Float]) -> Double {
    let never = -30 * max(Double(options.temperature), 1)
    guard options.topNSigma > 0 else { return never }
    let finite = scores.filter { $0.isFinite }.map { Double($0) }
    let mean = finite.reduce(0, +) / Double(max(finite.count, 1))
    let variance = finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(finite.count, 1))
    return max(-Double(options.topNSigma) * variance.squareRoot(), never)
  }
}
