import RetNet
import RetNetTraining

/// How often a model predicts the last token of passages in which that token occurred before.
package struct RecallScore: Sendable, Hashable {
  /// One passage.
  package struct Case: Sendable, Hashable {
    /// Tokens from the nearest earlier occurrence of the last two tokens to the last token; nil if there is none.
    package var distance: Int?
    /// Whether the model found the last token the most probable.
    package var matched: Bool

    package init(distance: Int?, matched: Bool) {
      self.distance = distance
      self.matched = matched
    }
  }

  package var path: String
  package var cases: [Case]

  package init(path: String, cases: [Case]) {
    self.path = path
    self.cases = cases
  }

  package var matched: Int { cases.count(where: \.matched) }

  /// The cases by distance in powers of two: 1, 2…3, 4…7 and so on, without those that have no distance.
  package static func byDistance(_ cases: [Case]) -> [(distances: ClosedRange<Int>, matched: Int, count: Int)] {
    let known = cases.compactMap { one in one.distance.map { (distance: $0, matched: one.matched) } }
    let furthest = known.map(\.distance).max() ?? 0
    return sequence(first: 1) { 2 * $0 }.prefix { $0 <= furthest }.compactMap { first in
      let range = first...2 * first - 1
      let within = known.filter { range.contains($0.distance) }
      return within.isEmpty ? nil : (range, within.count(where: \.matched), within.count)
    }
  }
}

extension Evaluation {
  /// Tests whether the model predicts the last token of each passage of a file.
  ///
  /// - Parameter progress: called after each passage, from any thread, one call at a time.
  /// - Throws: `FileError`, `TextError`, and `ModelError` if a value is not finite.
  package func recall(
    on path: String, progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws -> RecallScore {
    let corpus = try corpus(path, as: .passages)
    let bounds = corpus.bounds
    let count = corpus.documents
    let cases = try Threads.map(count, threads: threads, done: { progress($0, count) }) { index in
      // The end-of-document symbol is not part of the passage.
      try recall(corpus.tokens[bounds[index]..<bounds[index + 1] - 1].map(Int.init))
    }
    return RecallScore(path: path, cases: cases)
  }

  /// - Parameter passage: its begin symbol and its tokens.
  private func recall(_ passage: [Int]) throws -> RecallScore.Case {
    let asked = Array(passage.dropLast())
    var state = model.makeState()
    let logits = try Inference(model).logits([asked], form: form, norms: norms, state: &state, rows: .last)
    let best = logits.indices.max { logits[$0] < logits[$1] }
    return RecallScore.Case(distance: Self.distance(passage), matched: best == passage.last)
  }

  static func distance(_ passage: [Int]) -> Int? {
    let last = passage.count - 1
    guard last >= 1 else { return nil }
    return (1..<last).last { passage[$0] == passage[last] && passage[$0 - 1] == passage[last - 1] }.map { last - $0 }
  }
}
