import Foundation
import RetNet
import RetNetAnalysis
import RetNetTUI
import TerminalKit

/// Result of `retnet evaluate --last-token`.
struct RecallReport {
  var model: String
  var scores: [RecallScore]
  var decay: Decay

  private var distances: [(distances: ClosedRange<Int>, matched: Int, count: Int)] {
    RecallScore.byDistance(scores.flatMap(\.cases))
  }

  var text: String {
    var files = TextTable([("file", .left), ("passages", .right), ("correct", .right), ("share", .right)])
    for score in scores {
      files.add([
        ScreenText.cleaned(score.path), "\(score.cases.count)", "\(score.matched)",
        SuiteReport.percent(score.matched, of: score.cases.count),
      ])
    }
    guard !distances.isEmpty else { return files.text }
    var table = TextTable([
      ("last occurrence, tokens ago", .left), ("passages", .right), ("correct", .right), ("share", .right),
    ])
    for one in distances {
      table.add([
        "\(one.distances.lowerBound) to \(one.distances.upperBound)", "\(one.count)", "\(one.matched)",
        SuiteReport.percent(one.matched, of: one.count),
      ])
    }
    let halfLives = decay.gammas.indices.map { String(format: "%.1f", decay.halfLife(head: $0)) }
    return [files.text, table.text, "half-lives of the heads in tokens: \(halfLives.joined(separator: ", "))\n"]
      .joined(separator: "\n")
  }

  /// The share of correct tokens at each distance, with the half-lives of the heads.
  var plot: Chart {
    let points = distances.map { one in
      let middle = (Double(one.distances.lowerBound) * Double(one.distances.upperBound)).squareRoot()
      return (x: middle, y: 100 * Double(one.matched) / Double(one.count))
    }
    return Chart(
      title: "Correct last tokens by distance to their last occurrence",
      subtitle: "\(model) · dashed: half-life of each head",
      x: Chart.Axis("distance", unit: "tokens ago", .logarithmic),
      y: Chart.Axis("correct", unit: "%", including: [0, 100]),
      series: [Chart.Series("\(scores.reduce(0) { $0 + $1.cases.count }) passages", points)],
      xMarks: decay.gammas.indices.map { Chart.Mark(value: decay.halfLife(head: $0), name: "h\($0)") })
  }

  func write(_ json: JSONWriter) throws {
    try json.field("lastToken") {
      try json.object {
        try json.field("files") {
          try json.objects(scores) { score in
            try json.field("path", score.path)
            try json.fields(matched: score.matched, of: score.cases.count)
          }
        }
        try json.field("distances") {
          try json.objects(distances) { one in
            try json.field("from", one.distances.lowerBound)
            try json.field("to", one.distances.upperBound)
            try json.fields(matched: one.matched, of: one.count)
          }
        }
      }
    }
  }
}
