import Foundation
import RetNet

/// The report as a document, with all that was said to the probes.
extension SuiteReport {
  var markdown: String {
    let measures = result.conversations
    return """
      # Evaluation of \(MarkdownText.escaped(model))

      Replies are drawn with \(MarkdownText.escaped(samplingText)). \
      Norms: \(MarkdownText.escaped(ChatSettings.text(of: norms))).

      ## Prediction

      \(lossesTable)
      ## Conversations

      \(measures.conversations) test conversations with \(measures.replies) replies, beside the data's own replies to \
      the same messages.

      \(lengthsTable)
      \(sharesTable)
      ## Manners

      \(Self.transcripts(result.manners))
      ## Recall

      \(Self.transcripts(result.recall))
      """
  }

  private var lossesTable: String {
    var table = MarkdownTable(["file", "tokens", "bytes", "nats/token", "bits/byte"])
    for loss in losses.count > 1 ? losses + [TextLoss.together(losses)] : losses {
      // Where a file stood when it was read is of no use to a reader.
      table.add([
        URL(fileURLWithPath: loss.path).lastPathComponent, "\(loss.tokens)", "\(loss.bytes)",
        String(format: "%.4f", loss.meanNats), String(format: "%.4f", loss.bitsPerByte),
      ])
    }
    return table.text
  }

  private var lengthsTable: String {
    var table = MarkdownTable(["length of a reply", "model", "data", "ratio"])
    for (unit, lengths) in lengths {
      table.add([
        "\(unit), median", Self.number(lengths.model.median, "%.1f"), Self.number(lengths.data.median, "%.1f"),
        Self.number(lengths.medianRatio, "%.2f"),
      ])
      table.add([
        "\(unit), 90th percentile", Self.number(lengths.model.percentile90, "%.1f"),
        Self.number(lengths.data.percentile90, "%.1f"), Self.number(lengths.percentile90Ratio, "%.2f"),
      ])
    }
    return table.text
  }

  private var sharesTable: String {
    var table = MarkdownTable(["measure", "found", "of", "share"])
    for share in shares {
      table.add([
        share.kind.map { "\(share.name), \($0)" } ?? share.name, "\(share.count)", "\(share.total)",
        Self.percent(share.count, of: share.total),
      ])
    }
    return table.text
  }

  private static func transcripts(_ results: [ProbeResult]) -> String {
    results.enumerated().map { index, result in
      let title = "\(index + 1). \(MarkdownText.escaped(result.probe.kind)): \(result.matched ? "matched" : "missed")"
      let lines = zip(result.probe.messages, result.replies).map { message, reply in
        "- \(MarkdownText.escaped(message)) → \(MarkdownText.escaped(reply))\n"
      }
      return "**\(title)** Expected: \(MarkdownText.escaped(result.probe.expect))\n\n\(lines.joined())"
    }.joined(separator: "\n")
  }
}
