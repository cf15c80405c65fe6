import Foundation
import RetNet
import RetNetTraining
import TerminalKit

/// The display of a run in a terminal: a plot of the loss and the current numbers.
struct TrainingProgress {
  let title: String
  let totalSteps: Int
  private(set) var losses: [(step: Int, loss: Double)] = []
  private var latest: TrainingEvent.Step?
  private var validation: (step: Int, files: [TrainingEvent.FileResult], overall: Double)?
  private var sample: (step: Int, text: String)?
  private var checkpoint: Int?
  /// The first step of this process, to measure its speed.
  private var first: TrainingEvent.Step?

  init(title: String, totalSteps: Int, history: [TrainingEvent.Step] = []) {
    self.title = title
    self.totalSteps = totalSteps
    losses = history.map { ($0.step, $0.loss) }
  }

  mutating func receive(_ event: TrainingEvent) {
    switch event {
    case .step(let step):
      first = first ?? step
      latest = step
      losses.append((step.step, step.loss))
    case .validation(let step, let files, let overall): validation = (step, files, overall)
    case .sample(let step, let text): sample = (step, text)
    case .checkpoint(let step): checkpoint = step
    }
  }

  /// Estimated seconds to the last step, at the mean speed of this process.
  var secondsLeft: Double? {
    guard let first, let latest, latest.step > first.step else { return nil }
    return RunTime.left(
      done: latest.step - first.step, of: totalSteps - first.step, seconds: latest.seconds - first.seconds)
  }

  /// The display, at most `height` lines of at most `width` columns.
  func lines(width: Int, height: Int) -> [String] {
    var head = [title]
    guard let latest else { return fit(head + ["computing the first step"], width, height) }
    head.append(
      "step \(latest.step) of \(totalSteps) · epoch \(latest.epoch + 1) · \(RunTime.text(latest.seconds))"
        + (secondsLeft.map { " · \(RunTime.text($0)) left" } ?? ""))
    let recent = losses.suffix(20)
    head.append(
      "loss \(Self.fixed(recent.reduce(0) { $0 + $1.loss } / Double(recent.count), 3)) (mean of \(recent.count))"
        + " · \(Int(latest.tokensPerSecond)) tokens/s · learning rate \(Self.scientific(latest.learningRate))"
        + " · gradient \(Self.fixed(latest.gradientNorm, 2))")
    var foot: [String] = []
    if let validation {
      foot.append(
        "validation \(Self.fixed(validation.overall, 3)) bits per byte at step \(validation.step)"
          + validation.files.map { " · \(Self.name($0.path)) \(Self.fixed($0.bitsPerByte, 3))" }.joined())
    }
    if let sample { foot.append("sample at step \(sample.step): \(sample.text)") }
    foot.append((checkpoint.map { "checkpoint of step \($0) · " } ?? "") + "ctrl-c stops with a checkpoint")
    let plotHeight = min(12, height - head.count - foot.count)
    let plot = plotHeight >= 4 ? LossPlot(losses).lines(width: width, height: plotHeight) : []
    return fit(head + plot + foot, width, height)
  }

  private func fit(_ lines: [String], _ width: Int, _ height: Int) -> [String] {
    lines.prefix(max(height, 1)).map { TextWidth.truncate($0.replacing("\n", with: " / "), to: max(width, 1)) }
  }

  private static func name(_ path: String) -> String {
    String(path.split(separator: "/").last ?? "").replacing(".valid", with: "").replacing(".txt", with: "")
  }

  static func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
  static func scientific(_ value: Double) -> String { String(format: "%.1e", value) }
}

/// A plot of the loss in Braille dots. Each column of dots is the mean of its steps.
struct LossPlot {
  private let points: [(step: Int, loss: Double)]

  init(_ points: [(step: Int, loss: Double)]) { self.points = points }

  /// The plot with its scale at the left and the first and last step below it.
  func lines(width: Int, height: Int) -> [String] {
    let margin = 8
    let (columns, rows) = (width - margin, height - 1)
    guard columns >= 4, rows >= 2, let from = points.first?.step, let to = points.last?.step else { return [] }
    let means = means(columns: 2 * columns, from: from, to: to)
    let values = means.compactMap { $0 }
    guard let low = values.min(), let high = values.max() else { return [] }
    var cells = Array(repeating: Array(repeating: UInt32(0), count: columns), count: rows)
    for (x, mean) in means.enumerated() {
      guard let mean else { continue }
      let share = high > low && (high - low).isFinite ? (high - mean) / (high - low) : 0.5
      let y = min(Int(share * Double(4 * rows)), 4 * rows - 1)
      cells[y / 4][x / 2] |= Self.dot(x: x % 2, y: y % 4)
    }
    var lines = cells.enumerated().map { row, cells in
      let label = row == 0 ? high : row == rows - 1 ? low : nil
      let scale = TextWidth.pad(label.map { TrainingProgress.fixed($0, 3) } ?? "", to: margin - 2, alignment: .right)
      return scale + " │" + String(String.UnicodeScalarView(cells.compactMap { Unicode.Scalar(0x2800 + $0) }))
    }
    let (left, right) = ("\(from)", "\(to)")
    let gap = max(1, columns - left.count - right.count)
    lines.append(
      TextWidth.pad("step", to: margin - 2, alignment: .right) + "  " + left + String(repeating: " ", count: gap)
        + right)
    return lines
  }

  private func means(columns: Int, from: Int, to: Int) -> [Double?] {
    var sums = Array(repeating: 0.0, count: columns)
    var counts = Array(repeating: 0, count: columns)
    for point in points {
      let x = min(Int(Double(point.step - from) * Double(columns) / (Double(to - from) + 1)), columns - 1)
      sums[x] += point.loss
      counts[x] += 1
    }
    return zip(sums, counts).map { $1 > 0 ? $0 / Double($1) : nil }
  }

  /// The bit of a dot in a 2×4 Braille cell.
  private static func dot(x: Int, y: Int) -> UInt32 {
    y == 3 ? 0x40 << UInt32(x) : 1 << UInt32(y + 3 * x)
  }
}
