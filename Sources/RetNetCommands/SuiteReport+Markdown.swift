import Foundation
import RetNet
import RetNetAnalysis
import RetNetTUI
import RetNetTraining

/// The report as Markdown, with the transcripts of probes and of conversations with checks.
extension SuiteReport {
  var markdown: String {
    var parts = [
      """
      # Evaluation of \(MarkdownText.escaped(model))

      Replies are drawn with \(MarkdownText.escaped(samplingText)). \
      Norms: \(MarkdownText.escaped(ChatSettings.text(of: norms))).

      """
    ]
    if !losses.isEmpty { parts.append("## Prediction\n\n\(lossesTable)") }
    if measures.isEmpty {
      parts.append("## Counts\n\n\(sharesTable)")
    } else {
      parts += ["## Conversations\n\n\(conversationsText)", lengthsTable, sharesTable]
    }
    if hasProbes {
      parts.append("## Manners\n\n\(transcripts(\.manners))")
      parts.append("## Recall\n\n\(transcripts(\.recall))")
    }
    if hasChecks {
      parts += ["## Checks\n"] + checkTables.map { Self.checksTable($0.title, $0.shares) } + [checkTranscripts]
    }
    return parts.joined(separator: "\n")
  }

  private var lossesTable: String {
    var table = MarkdownTable(["file", "tokens", "bytes", "nats/token", "bits/byte"])
    for loss in losses.count > 1 ? losses + [TextLoss.total(losses)] : losses {
      // The folder of the file is of no use to a reader.
      table.add([
        URL(fileURLWithPath: loss.path).lastPathComponent, "\(loss.tokens)", "\(loss.bytes)",
        String(format: "%.4f", loss.meanNats), String(format: "%.4f", loss.bitsPerByte),
      ])
    }
    return table.text
  }

  private var conversationsText: String {
    let replies = SeedSpread(measures.map(\.replies)).countText
    return "\(measures[0].conversations) test conversations with \(replies) replies, compared with the replies in the "
      + "data to the same messages.\n"
  }

  private var lengthsTable: String {
    var table = MarkdownTable(["length of a reply", "model", "data", "ratio"])
    for (unit, comparisons) in lengths {
      for (name, cells) in zip(["median", "90th percentile"], Self.cells(comparisons)) {
        table.add(["\(unit), \(name)"] + cells)
      }
    }
    return table.text
  }

  private var sharesTable: String {
    var table = MarkdownTable(["measure", "found", "of", "share"])
    for (name, share) in shares {
      table.add([
        share.kind.map { "\(name), \($0)" } ?? name, share.spread.countText, "\(share.total)", share.percent,
      ])
    }
    return table.text
  }

  private func transcripts(_ results: KeyPath<ChatSuite.Result, [ProbeResult]>) -> String {
    self.results[0][keyPath: results].indices.flatMap { index in
      runs.map { run in
        let result = run.result[keyPath: results][index]
        let title = MarkdownText.escaped(label(result.probe.kind, run))
        let lines = zip(result.probe.messages, result.replies).map { message, reply in
          "- \(MarkdownText.escaped(message)) → \(MarkdownText.escaped(reply))\n"
        }
        return "**\(index + 1). \(title): \(result.matched ? "matched" : "missed")** "
          + "Expected: \(MarkdownText.escaped(result.probe.expect))\n\n\(lines.joined())"
      }
    }.joined(separator: "\n")
  }

  private static func checksTable(_ title: String, _ shares: [Share]) -> String {
    var table = MarkdownTable(["kind of \(title)", "passed", "of", "share"])
    for share in shares {
      table.add([share.kind ?? "all", share.spread.countText, "\(share.total)", share.percent])
    }
    return table.text
  }

  /// Each conversation with checks: every message with its reply, and a mark per check.
  private var checkTranscripts: String {
    results[0].checked.indices.flatMap { index in
      runs.map { run in
        let result = run.result.checked[index]
        let score = Score(result.outcomes.flatMap(\.self))
        let title = MarkdownText.escaped(label("\(result.conversation.name), \(result.conversation.kind)", run))
        let lines = result.conversation.turns.indices.map { turn in
          let said = [result.conversation.turns[turn].message, result.replies[turn]].map(MarkdownText.escaped)
          let marks = result.outcomes[turn].map { " \($0.matched ? "✓" : "✗") \(MarkdownText.escaped($0.kind))" }
          return "\(turn + 1). \(said.joined(separator: " → "))\(marks.joined())\n"
        }
        return "**\(title): \(score.matched) of \(score.count)**\n\n\(lines.joined())"
      }
    }.joined(separator: "\n")
  }
}
