import Foundation
import RetNet
import RetNetSession

/// The distributions of the next token after each token of a text, in Double.
struct NextTokens {
  let vocabulary: Int
  /// ln p, `[time, vocabulary]`.
  private let logProbabilities: [Double]
  /// The most probable token after each; of equal ones, the first.
  let best: [Int]

  /// ln p_j = x_j − max x − ln Σ_i e^(x_i − max x)
  ///
  /// - Parameter logits: x, `[time, vocabulary]`.
  init(logits: [Float], vocabulary: Int) {
    self.vocabulary = vocabulary
    var (all, best) = ([Double](), [Int]())
    all.reserveCapacity(logits.count)
    for start in stride(from: 0, to: logits.count, by: vocabulary) {
      let row = logits[start..<start + vocabulary]
      let place = row.indices.reduce(start) { row[$1] > row[$0] ? $1 : $0 }
      let largest = Double(row[place])
      let logSum = largest + log(row.reduce(0) { $0 + exp(Double($1) - largest) })
      for x in row { all.append(Double(x) - logSum) }
      best.append(place - start)
    }
    (logProbabilities, self.best) = (all, best)
  }

  /// ln p of a token after the first one of the text.
  func logProbability(_ token: Int) -> Double { logProbabilities[token] }

  /// KL(p ‖ q) after each token, in nats, with the q of `other`.
  func divergences(from other: NextTokens) -> [Double] {
    stride(from: 0, to: logProbabilities.count, by: vocabulary).map { start in
      NextToken.divergence(vocabulary) {
        logProbabilities[start + $0]
      } from: {
        other.logProbabilities[start + $0]
      }
    }
  }
}
