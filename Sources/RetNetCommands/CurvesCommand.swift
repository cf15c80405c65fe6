import ArgumentParser
import RetNet
import RetNetTUI
import RetNetTraining
import TerminalKit

/// `retnet curves`: plots validation results of training runs.
struct CurvesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "curves",
    abstract: "Plot the validation bits per byte of training runs against tokens.",
    discussion: """
      Each curve is NAME=LOG, or NAME=LOG,LOG for runs that continue each other with --init. A LOG is the log.jsonl of \
      retnet train, or a file of another program with the same lines. The file - is standard input.

      With --json: {"curves":[{"name":…,"points":[{"tokens":…,"bitsPerByte":…}…]}…]}.
      """)

  /// A curve's name and logs.
  struct Curve: ExpressibleByArgument, Hashable {
    var name: String
    var logs: [String]

    init?(argument: String) {
      let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { return nil }
      name = parts[0]
      logs = parts[1].split(separator: ",").map(String.init)
      if logs.isEmpty { return nil }
    }
  }

  @Argument(help: ArgumentHelp("A name and its log or logs: A=a/log.jsonl.", valueName: "name=log")) var curves: [Curve]
  @Option(
    name: [.long, .customLong("out")], help: ArgumentHelp("Plot the curves, as SVG.", valueName: "file.svg"),
    completion: PlotFile.completion, transform: PlotFile.init)
  var plot: PlotFile?
  @Option(help: "Title of the plot.") var title = "Held-out bits per byte"
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    try plot?.check()
    let read = try StandardInput.named(in: curves.flatMap(\.logs)) {
      try curves.map { (name: $0.name, points: try TrainingCurve(logs: $0.logs).points) }
    }
    try plot?.write(
      Chart(
        title: title, x: Chart.Axis("tokens seen"), y: Chart.Axis("held-out loss", unit: "bits per byte"),
        series: read.map { curve in
          Chart.Series(curve.name, curve.points.map { (x: Double($0.tokens), y: $0.bitsPerByte) })
        }))
    let output = StandardOutput()
    if json {
      try write(read, JSONWriter(output))
    } else {
      try output.write(Self.table(read))
    }
    try output.flush()
  }

  private static func table(_ curves: [(name: String, points: [TrainingCurve.Point])]) -> String {
    var table = TextTable([("curve", .left), ("tokens", .right), ("bits/byte", .right)])
    for curve in curves {
      for (index, point) in curve.points.enumerated() {
        table.add([
          index == 0 ? ScreenText.cleaned(curve.name) : "", Numbers.grouped(point.tokens),
          SuiteReport.number(point.bitsPerByte, "%.4f"),
        ])
      }
    }
    return table.text
  }

  private func write(_ curves: [(name: String, points: [TrainingCurve.Point])], _ json: JSONWriter) throws {
    try json.object {
      try json.field("curves") {
        try json.objects(curves) { curve in
          try json.field("name", curve.name)
          try json.field("points") {
            try json.objects(curve.points) { point in
              try json.field("tokens", point.tokens)
              try json.field("bitsPerByte", point.bitsPerByte)
            }
          }
        }
      }
    }
    try json.endLine()
  }
}
