import RetNet
import RetNetAnalysis
import RetNetTUI

/// What `retnet bench` found; nil or empty is what was not measured.
struct BenchReport {
  let machine = Machine()
  /// The model's folder.
  let model: String
  let parameters: Int
  /// Threads at most.
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
  /// Of this process, everything that was measured in it included.
  var peakMemoryBytes = 0
  /// How long all of it took.
  var seconds = 0.0
  /// What was left out and why.
  var notes: [String] = []

  init(model: String, parameters: Int, threads: Int) {
    self.model = model
    self.parameters = parameters
    self.threads = threads
  }
}

extension BenchReport {
  /// One line of a plot: the time of a token against the tokens before it, or of the whole text.
  struct Series {
    var name: String
    var points: [(tokens: Int, secondsPerToken: Double)]
  }

  /// Decode by position, then prefill by length, each form and chunk length by itself.
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
