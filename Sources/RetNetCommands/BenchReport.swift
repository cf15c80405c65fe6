import RetNet
import RetNetAnalysis
import RetNetTUI

/// Results of `retnet bench`; nil or empty for sections that were not measured.
struct BenchReport {
  let machine = Machine()
  /// The model's folder.
  let model: String
  let parameters: Int
  /// Maximum number of threads.
  let threads: Int
  var limits: MachineLimits?
  var decode: [DecodeBenchmark.Result] = []
  var prefill: [PrefillBenchmark.Result] = []
  var training: TrainingBenchmark.Result?
  var state: StateBenchmark.Result?
  var start: BenchStart?
  var screen: BenchScreen?
  var app: BenchApp?
  var positions: [PositionBenchmark.Point] = []
  var turns: TurnBenchmark.Result?
  var tree: TreeBenchmark.Result?
  /// Peak memory of this process, including all measurements in it.
  var peakMemoryBytes = 0
  /// Total time.
  var seconds = 0.0
  /// What was skipped and why.
  var notes: [String] = []

  init(model: String, parameters: Int, threads: Int) {
    self.model = model
    self.parameters = parameters
    self.threads = threads
  }
}

extension BenchReport {
  /// A line of a plot: the time of a token against its position, or against the length of the text.
  struct Series {
    var name: String
    var points: [(tokens: Int, secondsPerToken: Double)]
  }

  /// Decode by position, then prefill by length, one series per form and chunk length.
  var series: [Series] {
    var series: [Series] = []
    if !positions.isEmpty {
      series.append(
        Series(name: "decode, by position", points: positions.map { ($0.position, $0.secondsPerToken) }))
    }
    for result in prefill {
      let name = "prefill, \(VerificationReport.name(result.form))"
      let point = (result.length, result.secondsPerToken)
      if let index = series.firstIndex(where: { $0.name == name }) {
        series[index].points.append(point)
      } else {
        series.append(Series(name: name, points: [point]))
      }
    }
    return series
  }
}
