import RetNet
import RetNetAnalysis

/// Result of `retnet evaluate --plot` on texts: the loss of each file by position.
struct PositionReport {
  var model: String
  var files: [(path: String, losses: [PositionLoss])]

  /// The mean loss against the number of tokens before the predicted one.
  var plot: Chart {
    Chart(
      title: "Loss by position in the text", subtitle: model,
      x: Chart.Axis("tokens of the text before the predicted one", .logarithmic),
      y: Chart.Axis("mean loss", unit: "nats per token"),
      series: files.map { file in
        let points = file.losses.map { loss in
          let middle = (Double(loss.positions.lowerBound) * Double(loss.positions.upperBound)).squareRoot()
          return (x: middle, y: loss.meanNats)
        }
        return Chart.Series(String(file.path.split(separator: "/").last ?? ""), points)
      })
  }
}
