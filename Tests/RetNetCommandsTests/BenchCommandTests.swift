import ArgumentParser
import Foundation
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetCommands
@testable import RetNetTUI

@Suite("retnet bench")
struct BenchCommandTests {
  /// Expects every key, with a value of its type or null.
  private func check(_ json: [String: Any], _ keys: [String: Any.Type]) {
    for (key, type) in keys {
      switch json[key] {
      case nil: Issue.record("no key '\(key)'")
      case let value?: #expect(Swift.type(of: value) is NSNull.Type || isValue(value, of: type), "\(key): \(value)")
      }
    }
  }

  private func isValue(_ value: Any, of type: Any.Type) -> Bool {
    switch type {
    case is Double.Type: value is NSNumber
    case is String.Type: value is String
    case is [Any].Type: value is [Any]
    default: value is [String: Any]
    }
  }

  @Test("JSON of the library's sections has every key of the contract")
  func library() throws {
    let folder = try TinyModelFolder()
    let plot = folder.path + "/plot.svg"
    let run = try RetNetProgram([
      "bench", "--model", folder.path, "--only", "decode,prefill,training,state,position", "--seconds", "0.5",
      "--threads", "2", "--plot", plot, "--json",
    ])
    #expect(run.status == 0)
    let json = try #require(try run.json())
    check(
      json,
      [
        "model": String.self, "machine": [String: Any].self, "limits": [String: Any].self, "decode": [Any].self,
        "prefill": [Any].self, "training": [String: Any].self, "stateBytes": Double.self,
        "snapshotSeconds": Double.self, "restoreSeconds": Double.self, "firstTokenSeconds": Double.self,
        "firstFrameSeconds": Double.self, "frameSeconds": Double.self, "positionRatio": Double.self,
        "positions": [Any].self, "peakMemoryBytes": Double.self, "notes": [Any].self,
        "conversationTokens": Double.self, "undoSeconds": Double.self, "branchSeconds": Double.self,
        "editSeconds": Double.self, "regenerateSeconds": Double.self,
      ])
    // Measured without being selected, because other figures are compared with it.
    let limits = try #require(json["limits"] as? [String: Any])
    for key in ["sgemmGFLOPS", "readGBs"] { #expect((limits[key] as? Double ?? 0) > 0) }
    let decode = try #require(json["decode"] as? [[String: Any]])
    #expect(decode.map { $0["type"] as? String } == WeightType.allCases.flatMap { [$0.rawValue, $0.rawValue] })
    #expect(decode.map { $0["threads"] as? Int } == WeightType.allCases.flatMap { _ in [1, 2] })
    let prefill = try #require(json["prefill"] as? [[String: Any]])
    #expect(Set(prefill.compactMap { $0["form"] as? String }) == ["parallel", "recurrent", "chunkwise"])
    for result in decode + prefill + [try #require(json["training"] as? [String: Any])] {
      for key in ["tokensPerSecond", "ofLimit"] { #expect((result[key] as? Double ?? 0) > 0, "\(key) of \(result)") }
    }
    #expect(
      prefill.allSatisfy { $0["length"] is Int && ($0["chunkLength"] is Int) == ($0["form"] as? String == "chunkwise") }
    )
    #expect((json["positionRatio"] as? Double ?? 0) > 0)
    #expect(json["firstFrameSeconds"] is NSNull)
    #expect(json["stateBytes"] as? Int == 2 * 4 * (4 * 8 * 16 + 8 * 8 + 8))
    let svg = try String(contentsOfFile: plot, encoding: .utf8)
    #expect(svg.contains("decode, by position"))
    #expect(svg.contains("prefill, chunkwise 64"))
  }

  @Test("Prefill skips what does not fit into the memory, and a note names it")
  func memory() throws {
    let folder = try TinyModelFolder()
    let command = try BenchCommand.parse(["--only", "prefill", "--threads", "1"])
    var report = BenchReport(model: folder.path, parameters: 1, threads: 1)
    try command.measureLibrary(
      .prefill, RetNetModel.load(from: folder.path), seconds: 0.5, memoryBytes: 4 * 2048 * 2048, into: &report)
    // The scores of the parallel form alone: 2048² numbers of 4 bytes.
    #expect(report.notes.first == "not enough memory for prefill of 2048 tokens in the parallel form.")
    #expect(!report.prefill.isEmpty)
    #expect(!report.prefill.contains { $0.form == .parallel && $0.length == 2048 })
  }

  @Test("The app's start and frames are measured on hidden terminals")
  func app() throws {
    let folder = try TinyModelFolder()
    let run = try RetNetProgram([
      "bench", "--model", folder.path, "--only", "start,screen,turns", "--seconds", "0.2", "--json",
    ])
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    let json = try #require(try run.json())
    for key in [
      "firstTokenSeconds", "firstFrameSeconds", "readySeconds", "frameSeconds", "renderSeconds", "explorerSeconds",
      "appTokensPerSecond", "conversationTokens", "undoSeconds", "branchSeconds", "editSeconds", "regenerateSeconds",
    ] {
      #expect((json[key] as? Double ?? 0) > 0, "\(key)")
    }
    #expect((json["appCost"] as? Double ?? 1) < 1)
    #expect(json["frameColumns"] as? Int == 200)
    #expect(json["frameRows"] as? Int == 60)
    #expect(json["limits"] is NSNull)
    #expect((json["decode"] as? [Any])?.isEmpty == true)
  }

  @Test("Any token of a tree of branches is measured, and its keys are the last ones")
  func tree() throws {
    let folder = try TinyModelFolder()
    let run = try RetNetProgram(["bench", "--model", folder.path, "--only", "tree", "--json"])
    #expect(run.status == 0)
    let json = try #require(try run.json())
    let (branches, tokens) = (json["treeBranches"] as? Int ?? 0, json["treeTokens"] as? Int ?? 0)
    #expect(branches > 1)
    #expect(tokens >= branches)
    let (median, largest) = (json["treeVisitSeconds"] as? Double ?? 0, json["treeLargestVisitSeconds"] as? Double ?? 0)
    #expect(median > 0)
    #expect(largest >= median)
    let names = ["notes", "treeBranches", "treeTokens", "treeBytes", "treeVisitSeconds", "treeLargestVisitSeconds"]
    let places = names.compactMap { run.output.range(of: "\"\($0)\"")?.lowerBound }
    #expect(places.count == names.count)
    #expect(places == places.sorted())
  }

  @Test("For a model without text the app's section is skipped with a note; the other sections run")
  func withoutText() throws {
    let run = try RetNetProgram([
      "bench", "--model", RetNetProgram.reference("fla-f32"), "--only", "state,start,screen", "--seconds", "0.1",
    ])
    #expect(run.status == 0)
    #expect(run.output.contains("snapshot of the state"))
    #expect(run.errors.contains("start is skipped"))
    #expect(run.errors.contains("tokenizer.model"))
  }

  @Test("Wrong options exit with 64, a missing model with 2")
  func badInput() throws {
    for (arguments, words) in [
      (["--only", "decode,speed"], "'speed'"), (["--only", ""], "--only"), (["--threads", "0"], "--threads"),
      (["--seconds", "0"], "--seconds"), (["--seconds", "nan"], "--seconds"), (["--plot", "a.png"], ".svg"),
      (["--only", "state", "--plot", "a.svg"], "--plot"),
    ] {
      let run = try RetNetProgram(["bench"] + arguments)
      #expect(run.status == 64, "\(arguments): \(run.errors)")
      #expect(run.output.isEmpty, "\(arguments): \(run.errors)")
      #expect(run.errors.contains(words), "\(arguments): \(run.errors)")
    }
    let run = try RetNetProgram(["bench", "--model", "/nowhere/at-all"])
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(run.errorLines.count == 1)
  }

  @Test("On a terminal progress is shown, and Ctrl-C exits with 130")
  func interrupted() async throws {
    // The bundled model, because measuring a tiny one ends before the test reads the screen.
    let terminal = try PseudoTerminal(
      PseudoTerminal.product("retnet"), ["bench", "--only", "prefill", "--full", "--seconds", "600"])
    try await terminal.wait("the measurement has begun") { $0.contains("measuring") }
    try terminal.send("\u{3}")
    #expect(try await terminal.waitForExit() == 130)
  }

  @Test("The time is divided among the selected sections and the limits that they need")
  func plan() {
    func plan(_ asked: [BenchSection]) -> [BenchSection] { BenchSection.plan(asked, seconds: 10).map(\.section) }
    #expect(plan([.screen, .training]) == [.limits, .training, .screen])
    #expect(plan([.state, .position]) == [.state, .position])
    let whole = BenchSection.plan(BenchSection.allCases, seconds: 10)
    #expect(whole.map(\.section) == BenchSection.allCases)
    #expect(abs(whole.reduce(0) { $0 + $1.seconds } - 10) < 1e-9)
  }

  /// A report with invented numbers.
  private static var report: BenchReport {
    var report = BenchReport(model: "a<b>&c", parameters: 1_234_567, threads: 2)
    report.limits = MachineLimits(
      multiplications: [.init(kind: .workers, threads: 1, rate: 50e9), .init(kind: .blas, threads: 2, rate: 80e9)],
      readings: [.init(type: .f32, bytes: 5_000_000, threads: 2, rate: 20e9)])
    report.decode = [.init(type: .f32, threads: 2, secondsPerToken: 0.0005, runs: 3, bytesPerToken: 5_000_000)]
    report.prefill = [
      .init(form: .chunkwise(length: 64), length: 1024, threads: 2, seconds: 0.1, runs: 3, operations: 4e9),
      .init(form: .chunkwise(length: 64), length: 2048, threads: 2, seconds: 0.2, runs: 3, operations: 8e9),
    ]
    report.positions = [
      .init(position: 100, secondsPerToken: 0.0004), .init(position: 100_000, secondsPerToken: 0.0005),
    ]
    return report
  }

  @Test("The table has each figure with its limit")
  func text() {
    let lines = Self.report.text.split(separator: "\n").map(String.init)
    #expect(lines.first == "a<b>&c: 1,234,567 parameters")
    for expected in [
      "sgemm 1024³, one product by BLAS          2  80.0 GFLOPS",
      "f32           2     2,000     0.500       5.0 MB  10.0       50%",
      "chunkwise 64   1,024        2    10,240     0.098    40.0       50%",
      "a step at position 100,000 relative to 100  1.250",
      "                       100,000  0.500  ########################################",
    ] { #expect(lines.contains(expected), "\(expected)\n\(Self.report.text)") }
    #expect(!Self.report.text.contains("training"))
  }

  @Test("The plot has the milliseconds of a token of each series")
  func picture() throws {
    let read = try ReadChart(Self.report.plot.svg)
    #expect(read.series.map(\.name) == ["decode, by position", "prefill, chunkwise 64"])
    let positions = read.values("decode, by position", isLogarithmic: (true, true))
    #expect(zip(positions, [(100, 0.4), (100_000, 0.5)]).allSatisfy { abs($0.x / $1.0 - 1) < 0.01 })
    #expect(zip(positions, [(100, 0.4), (100_000, 0.5)]).allSatisfy { abs($0.y / $1.1 - 1) < 0.01 })
    // 0.1 s for 1,024 tokens and 0.2 s for 2,048.
    let prefill = read.values("prefill, chunkwise 64", isLogarithmic: (true, true))
    #expect(prefill.allSatisfy { abs($0.y / 0.09766 - 1) < 0.01 }, "\(prefill)")
    #expect(read.texts.contains { $0.hasPrefix("a<b>&c") })
    #expect(try ReadChart(BenchReport(model: "m", parameters: 1, threads: 1).plot.svg).series.isEmpty)
  }

  @Test("Times and sizes have a suitable unit; a process's peak memory comes from Linux's status text")
  func numbers() {
    #expect([5.23e-5, 1.84e-3, 2.5].map(Numbers.duration) == ["52.3 µs", "1.84 ms", "2.50 s"])
    #expect(
      [812, 13_100, 13_100_000, 2_500_000_000].map(Numbers.bytes) == ["812 B", "13.1 kB", "13.1 MB", "2.50 GB"])
    #expect(PeakMemory.peak(inStatus: "Name:\tretnet\nVmHWM:\t   1024 kB\nVmRSS:\t 1 kB\n") == 1 << 20)
    #expect(PeakMemory.peak(inStatus: "") == nil)
    #expect(PeakMemory.ofThisProcess > 1 << 20)
  }
}
