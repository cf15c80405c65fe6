import RetNetTUI

extension BenchReport {
  /// The time of a token against length and position, with logarithmic axes.
  var plot: Chart {
    Chart(
      title: "Time of a token",
      subtitle: "\(ModelCatalog.shownName(model)) · \(machine.processor) · \(Self.counted(threads, "thread"))",
      x: Chart.Axis("tokens before it (decode), of the whole text (prefill)", .logarithmic),
      y: Chart.Axis("time of a token", unit: "ms", .logarithmic),
      series: series.filter { !$0.points.isEmpty }.map { one in
        Chart.Series(one.name, one.points.map { (x: Double($0.tokens), y: $0.secondsPerToken * 1e3) })
      })
  }
}
