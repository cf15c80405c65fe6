import Foundation
import RetNet

/// What `retnet evaluate --suite` has found. It holds nothing that another run of the same command would find otherwise.
struct SuiteReport {
  var model: String
  var losses: [TextLoss]
  var sampling: SamplingOptions
  var norms: NormOptions
  var result: ChatSuite.Result

  /// What each reply length is counted in.
  var lengths: [(unit: String, comparison: LengthComparison)] {
    [("words", result.conversations.words), ("tokens", result.conversations.tokens)]
  }

  /// One line of the table of shares; `kind` is set where it is a part of the line above.
  struct Share {
    var name: String
    var kind: String?
    var count: Int
    var total: Int
  }

  var shares: [Share] {
    let measures = result.conversations
    var shares = [
      Share(
        name: "repetition: \(ConversationMeasures.repeatedWords) words \(ConversationMeasures.repeatedTimes) times "
          + "in one reply", count: measures.repeating, total: measures.conversations),
      Share(
        name: "no end: a reply of \(ChatSuite.maximumTokens) tokens", count: measures.cutOff,
        total: measures.conversations),
    ]
    for (name, results) in [("recall", result.recall), ("manners", result.manners)] {
      let all = ProbeScore(results)
      shares.append(Share(name: name, count: all.matched, total: all.count))
      for (kind, score) in ProbeScore.byKind(results) {
        shares.append(Share(name: name, kind: kind, count: score.matched, total: score.count))
      }
    }
    return shares
  }

  var samplingText: String {
    var settings = ChatSettings()
    settings.modelSampling = sampling
    return settings.samplingText
  }

  static func number(_ value: Double, _ format: String) -> String {
    value.isFinite ? String(format: format, value) : "–"
  }

  static func percent(_ count: Int, of total: Int) -> String {
    number(100 * Double(count) / Double(total), "%.1f %%")
  }
}
