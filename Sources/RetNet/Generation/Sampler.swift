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
    var scores = penalized(logits, recent: recent)
    var order = scores.indices.filter(allowed)
    func isBetter(_ a: Int, _ b: Int) -> Bool { scores[a] != scores[b] ? scores[a] > scores[b] : a < b }
    guard let best = order.min(by: isBetter) else { return [] }
    if options.temperature == 0 { return [Choice(token: best, probability: 1)] }

    let largest = scores[best]
    for i in order { scores[i] = (scores[i] - largest) / options.temperature }
    // Below this share of the best a token is never drawn in practice; sorting the rest of the vocabulary buys nothing.
    let floor = max(logOrZero(options.minP), -30)
    order = order.filter { scores[$0] >= floor }.sorted(by: isBetter)
    if options.topK > 0 { order.removeLast(max(0, order.count - options.topK)) }

    var choices = order.map { Choice(token: $0, probability: exp(Double(scores[$0]))) }
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
