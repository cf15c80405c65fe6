import RetNetTUI

/// An SVG plot of the time of a token against length and position, with logarithmic axes.
struct BenchPlot {
  private let report: BenchReport

  init(_ report: BenchReport) { self.report = report }

  var svg: String {
    let title = "\(ModelCatalog.shownName(report.model)), \(report.machine.processor), \(report.threads) threads"
    return LinePlot(
      title: "Time of a token: \(title)",
      x: ("tokens before it (decode), of the whole text (prefill)", .logarithmic), y: ("ms", .logarithmic),
      series: report.series.filter { !$0.points.isEmpty }.map { one in
        LinePlot.Series(
          name: one.name, points: one.points.map { (x: Double($0.tokens), y: $0.secondsPerToken * 1e3) })
      }
    ).svg
  }
}
