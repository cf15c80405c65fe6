import Foundation
import RetNet
import RetNetAnalysis
import RetNetTUI
import TerminalKit

/// The report as text: each figure with the limit of the machine.
extension BenchReport {
  var text: String {
    [
      heading, limitsText, decodeText, prefillText, trainingText, costsText, BenchBars.text(series), memoryText,
    ].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var heading: String {
    let processor = machine.processor.isEmpty ? "unknown processor" : ScreenText.cleaned(machine.processor)
    let extensions = machine.vectorExtensions.joined(separator: " ")
    return """
      \(ScreenText.cleaned(model)): \(Numbers.grouped(parameters)) parameters
      \(processor), \(machine.cores) \(machine.cores == 1 ? "core" : "cores")\
      \(extensions.isEmpty ? "" : ", \(extensions)"), up to \(Self.counted(threads, "thread"))

      """
  }

  private var limitsText: String {
    guard let limits else { return "" }
    var table = TextTable([("limit of this machine", .left), ("threads", .right), ("at best", .right)])
    for entry in limits.multiplications {
      let size = MachineLimits.matrixSize
      let kind = entry.threads == 1 ? "" : entry.kind == .workers ? ", a product each" : ", one product by BLAS"
      table.add(["sgemm \(size)³\(kind)", "\(entry.threads)", String(format: "%.1f GFLOPS", entry.rate / 1e9)])
    }
    for entry in limits.readings {
      table.add([
        "reading \(Numbers.bytes(entry.bytes)), the weights in \(entry.type.rawValue)", "\(entry.threads)",
        String(format: "%.1f GB/s", entry.rate / 1e9),
      ])
    }
    return table.text
  }

  private var decodeText: String {
    guard !decode.isEmpty else { return "" }
    var table = TextTable([
      ("decode", .left), ("threads", .right), ("tokens/s", .right), ("ms/token", .right), ("bytes/token", .right),
      ("GB/s", .right), ("of limit", .right),
    ])
    for result in decode {
      table.add([
        result.type.rawValue, "\(result.threads)", Self.rate(result.tokensPerSecond),
        Self.milliseconds(result.secondsPerToken), Numbers.bytes(result.bytesPerToken),
        String(format: "%.1f", Double(result.bytesPerToken) / result.secondsPerToken / 1e9),
        Self.share(result.share(of: limits)),
      ])
    }
    return table.text
  }

  private var prefillText: String {
    guard !prefill.isEmpty else { return "" }
    var table = TextTable([
      ("prefill", .left), ("tokens", .right), ("threads", .right), ("tokens/s", .right), ("ms/token", .right),
      ("GFLOPS", .right), ("of limit", .right),
    ])
    for result in prefill {
      table.add([
        VerificationReport.name(result.form), Numbers.grouped(result.length), "\(result.threads)",
        Self.rate(result.tokensPerSecond), Self.milliseconds(result.secondsPerToken),
        String(format: "%.1f", result.operations / result.seconds / 1e9), Self.share(result.share(of: limits)),
      ])
    }
    return table.text
  }

  private var trainingText: String {
    guard let training else { return "" }
    var table = TextTable([
      ("training", .left), ("threads", .right), ("tokens/s", .right), ("s/step", .right), ("GFLOPS", .right),
      ("of limit", .right),
    ])
    table.add([
      "\(training.batch) × \(training.length) tokens", "\(training.threads)", Self.rate(training.tokensPerSecond),
      String(format: "%.3f", training.secondsPerStep),
      String(format: "%.1f", training.operations / training.secondsPerStep / 1e9),
      Self.share(training.share(of: limits)),
    ])
    return table.text
  }

  /// The table of single figures.
  private var costsText: String {
    var rows: [(String, String)] = []
    if let state {
      rows.append(("state", Numbers.bytes(state.bytes)))
      rows.append(("snapshot of the state", Numbers.duration(state.snapshotSeconds)))
      rows.append(("restoring it", Numbers.duration(state.restoreSeconds)))
    }
    if let start {
      rows.append(("program start to first token", Numbers.duration(start.firstTokenSeconds)))
      rows.append(("program start to first frame", Numbers.duration(start.firstFrameSeconds)))
      rows.append(("program start to the model on screen", Numbers.duration(start.readySeconds)))
      if let peak = start.peakMemoryBytes { rows.append(("peak memory of the app by then", Numbers.bytes(peak))) }
    }
    if let screen {
      rows.append(("a frame of \(screen.columns)×\(screen.rows), drawn", Numbers.duration(screen.frameSeconds)))
      rows.append(("of which rendering", Numbers.duration(screen.renderSeconds)))
      rows.append(
        ("rendering the explorer's \(screen.explorerPage)", Numbers.duration(screen.explorerSeconds)))
    }
    if let app {
      rows.append(("steps and draws alone", "\(Self.rate(app.bareTokensPerSecond)) tokens/s"))
      rows.append(("steps and draws in the app", "\(Self.rate(app.tokensPerSecond)) tokens/s"))
    }
    if let tree {
      let size = tree.bytes.map { ", \(Numbers.bytes($0))" } ?? ""
      rows.append(("a tree of branches", "\(Numbers.grouped(tree.branches)), \(Numbers.grouped(tree.tokens)) tokens\(size)"))
      rows.append(("going to a token of it", Numbers.duration(tree.medianSeconds)))
      rows.append(("at most", Numbers.duration(tree.largestSeconds)))
    }
    if let ratio = PositionBenchmark.ratio(positions) {
      rows.append(("a step at position 100,000 relative to 100", String(format: "%.3f", ratio)))
    }
    if let turns {
      let place = "in a conversation of \(Numbers.grouped(turns.tokens)) tokens"
      rows.append(("undoing a turn \(place)", Numbers.duration(turns.undoSeconds)))
      rows.append(("a branch after its middle", Numbers.duration(turns.branchSeconds)))
      rows.append(("editing the message there", Numbers.duration(turns.editSeconds)))
      rows.append(("another reply there", Numbers.duration(turns.regenerateSeconds)))
    }
    guard !rows.isEmpty else { return "" }
    var table = TextTable([("cost", .left), ("", .right)])
    for row in rows { table.add([row.0, row.1]) }
    return table.text
  }

  private var memoryText: String {
    "Peak memory of this run \(Numbers.bytes(peakMemoryBytes)); measured in \(String(format: "%.0f", seconds)) s.\n"
  }

  static func counted(_ count: Int, _ name: String) -> String { "\(count) \(name)\(count == 1 ? "" : "s")" }

  private static func rate(_ value: Double) -> String {
    value < 100 ? String(format: "%.1f", value) : value < 1e15 ? Numbers.grouped(Int(value.rounded())) : "∞"
  }

  private static func milliseconds(_ seconds: Double) -> String { String(format: "%.3f", seconds * 1e3) }

  private static func share(_ share: Double?) -> String { share.map { String(format: "%.0f%%", 100 * $0) } ?? "–" }
}
