import Foundation
import RetNet
import RetNetAnalysis
import RetNetSession
import RetNetTUI
import RetNetTraining

/// Result of `retnet evaluate --suite`. The same command gives the same report.
struct SuiteReport {
  /// The result for one seed.
  struct Run {
    var seed: UInt64
    var result: ChatSuite.Result
  }

  var model: String
  var losses: [TextLoss]
  /// With the seed of the first run.
  var sampling: SamplingOptions
  var norms: NormOptions
  /// At least one, all with the same probes and conversations with checks.
  var runs: [Run]

  var results: [ChatSuite.Result] { runs.map(\.result) }

  /// The measures of each run; empty without test conversations.
  var measures: [ConversationMeasures] { results.compactMap(\.conversations) }

  /// The comparisons of reply lengths, by unit.
  var lengths: [(unit: String, comparisons: [LengthComparison])] {
    [("words", measures.map(\.words)), ("tokens", measures.map(\.tokens))]
  }

  /// A count out of a total, per run.
  struct Share {
    /// Nil for all kinds.
    var kind: String?
    var counts: [Int]
    var total: Int

    var spread: SeedSpread { SeedSpread(counts) }
    var shares: [Double] { counts.map { Double($0) / Double(total) } }
    var percent: String { SuiteReport.percent(spread.mean, of: total) }
  }

  /// All outcomes, then those of each kind.
  private func shares(_ outcomes: (ChatSuite.Result) -> [Score.Outcome]) -> [Share] {
    let outcomes = results.map(outcomes)
    let (all, kinds) = (outcomes.map(Score.init), outcomes.map(Score.byKind))
    return [Share(counts: all.map(\.matched), total: all[0].count)]
      + kinds[0].indices.map { kind in
        Share(
          kind: kinds[0][kind].kind, counts: kinds.map { $0[kind].score.matched }, total: kinds[0][kind].score.count)
      }
  }

  var recall: [Share] { shares { $0.recall.map(\.outcome) } }

  var manners: [Share] { shares { $0.manners.map(\.outcome) } }

  /// All checks, then those of each kind of check.
  var checks: [Share] { shares { $0.checked.flatMap { $0.outcomes.flatMap(\.self) } } }

  /// All checks, then those in each kind of conversation.
  var checksByConversation: [Share] {
    shares { result in
      result.checked.flatMap { checked in
        checked.outcomes.flatMap(\.self).map {
          Score.Outcome(kind: checked.conversation.kind, matched: $0.matched)
        }
      }
    }
  }

  /// Test conversations with a fault, then conversations with checks and a fault.
  var repeating: Share { Share(counts: measures.map(\.repeating), total: measures[0].conversations) }
  var cutOff: Share { Share(counts: measures.map(\.cutOff), total: measures[0].conversations) }
  var checkedRepeating: Share { checkedShare(\.isRepeating) }
  var checkedCutOff: Share { checkedShare(\.isCutOff) }

  private func checkedShare(_ fault: (CheckedConversationResult) -> Bool) -> Share {
    Share(counts: results.map { $0.checked.count(where: fault) }, total: results[0].checked.count)
  }

  var hasProbes: Bool { !results[0].recall.isEmpty }
  var hasChecks: Bool { !results[0].checked.isEmpty }

  /// The rows of the table of shares.
  var shares: [(name: String, share: Share)] {
    let repetition =
      "\(ConversationMeasures.repeatedWords) words \(ConversationMeasures.repeatedTimes) times in one reply"
    let noEnd = "a reply of \(ChatSuite.maximumTokens) tokens"
    var shares: [(String, Share)] = []
    if !measures.isEmpty { shares += [("repetition: \(repetition)", repeating), ("no end: \(noEnd)", cutOff)] }
    if hasProbes { shares += recall.map { ("recall", $0) } + manners.map { ("manners", $0) } }
    if hasChecks {
      shares += [
        ("conversations with checks: repetition", checkedRepeating),
        ("conversations with checks: no end", checkedCutOff),
      ]
    }
    return shares
  }

  /// The tables of checks, each with the name of its row kind.
  var checkTables: [(title: String, shares: [Share])] {
    hasChecks ? [("check", checks), ("conversation", checksByConversation)] : []
  }

  /// The title of a reply: its kind, and its seed if there are several.
  func label(_ kind: String, _ run: Run) -> String { runs.count > 1 ? "\(kind), seed \(run.seed)" : kind }

  var samplingText: String { ChatSettings.text(of: sampling, seeds: runs.map(\.seed)) }

  static func number(_ value: Double, _ format: String) -> String {
    value.isFinite ? String(format: format, value) : "–"
  }

  static func percent(_ count: Int, of total: Int) -> String { percent(Double(count), of: total) }

  static func percent(_ count: Double, of total: Int) -> String {
    number(100 * count / Double(total), "%.1f %%")
  }
}
