import RetNet

/// The report for people.
extension SuiteReport {
  var text: String {
    [
      EvaluateCommand.table(losses), "\(samplingText)\n\(ChatSettings.text(of: norms))\n", lengthsText, sharesText,
      mannersText,
    ].joined(separator: "\n")
  }

  private var lengthsText: String {
    var table = TextTable([
      ("reply", .left), ("median", .right), ("data", .right), ("ratio", .right), ("90 % to", .right),
      ("data", .right), ("ratio", .right),
    ])
    for (unit, lengths) in lengths {
      table.add([
        unit, Self.number(lengths.model.median, "%.1f"), Self.number(lengths.data.median, "%.1f"),
        Self.number(lengths.medianRatio, "%.2f"), Self.number(lengths.model.percentile90, "%.1f"),
        Self.number(lengths.data.percentile90, "%.1f"), Self.number(lengths.percentile90Ratio, "%.2f"),
      ])
    }
    return table.text
  }

  private var sharesText: String {
    var table = TextTable([("measure", .left), ("found", .right), ("of", .right), ("share", .right)])
    for share in shares {
      table.add([
        share.kind.map { "  \(Self.line($0))" } ?? share.name, "\(share.count)", "\(share.total)",
        Self.percent(share.count, of: share.total),
      ])
    }
    return table.text
  }

  private var mannersText: String {
    var table = TextTable([("manners", .left), ("matched", .left), ("message → reply", .left)])
    for result in result.manners {
      for (index, (message, reply)) in zip(result.probe.messages, result.replies).enumerated() {
        let isFirst = index == 0
        table.add([
          isFirst ? Self.line(result.probe.kind) : "", isFirst ? (result.matched ? "yes" : "no") : "",
          "\(Self.line(message)) → \(Self.line(reply))",
        ])
      }
    }
    return table.text
  }

  /// Text of a file or a model as part of a line.
  static func line(_ text: String) -> String {
    ScreenText.cleaned(text.split(whereSeparator: \.isNewline).joined(separator: " "))
  }
}
