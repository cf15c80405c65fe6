import RetNet
import RetNetAnalysis
import RetNetTUI
import TerminalKit

/// The report as text.
extension SuiteReport {
  var text: String {
    let settings = "\(samplingText)\n\(ChatSettings.text(of: norms))\n"
    var parts = losses.isEmpty ? [settings] : [EvaluateCommand.table(losses), settings]
    if !measures.isEmpty { parts.append(lengthsText) }
    parts.append(sharesText)
    if hasProbes { parts.append(mannersText) }
    parts += checkTables.map { Self.checksText($0.title, $0.shares) }
    return parts.joined(separator: "\n")
  }

  private var lengthsText: String {
    var table = TextTable([
      ("reply", .left), ("median", .right), ("data", .right), ("ratio", .right), ("90 % to", .right),
      ("data", .right), ("ratio", .right),
    ])
    for (unit, comparisons) in lengths { table.add([unit] + Self.cells(comparisons).flatMap(\.self)) }
    return table.text
  }

  private var sharesText: String {
    var table = TextTable([("measure", .left), ("found", .right), ("of", .right), ("share", .right)])
    for (name, share) in shares {
      table.add([
        share.kind.map { "  \(Self.line($0))" } ?? name, share.spread.countText, "\(share.total)", share.percent,
      ])
    }
    return table.text
  }

  private var mannersText: String {
    var table = TextTable([("manners", .left), ("matched", .left), ("message → reply", .left)])
    for index in results[0].manners.indices {
      for run in runs {
        let result = run.result.manners[index]
        for (turn, (message, reply)) in zip(result.probe.messages, result.replies).enumerated() {
          let isFirst = turn == 0
          table.add([
            isFirst ? Self.line(label(result.probe.kind, run)) : "", isFirst ? (result.matched ? "yes" : "no") : "",
            "\(Self.line(message)) → \(Self.line(reply))",
          ])
        }
      }
    }
    return table.text
  }

  private static func checksText(_ title: String, _ shares: [Share]) -> String {
    var table = TextTable([(title, .left), ("passed", .right), ("of", .right), ("share", .right)])
    for share in shares {
      table.add([share.kind.map(line) ?? "all", share.spread.countText, "\(share.total)", share.percent])
    }
    return table.text
  }

  /// The medians of model and data and their ratio, then the same for the 90th percentiles.
  static func cells(_ comparisons: [LengthComparison]) -> [[String]] {
    func text(_ format: String, _ value: (LengthComparison) -> Double) -> String {
      SeedSpread(comparisons.map(value)).text(format, mean: format)
    }
    return [
      [text("%.1f", \.model.median), text("%.1f", \.data.median), text("%.2f", \.medianRatio)],
      [text("%.1f", \.model.percentile90), text("%.1f", \.data.percentile90), text("%.2f", \.percentile90Ratio)],
    ]
  }

  /// Text of a file or a model, cleaned and on one line.
  static func line(_ text: String) -> String {
    ScreenText.cleaned(text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }
}
