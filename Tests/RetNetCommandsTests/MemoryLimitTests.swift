import Foundation
import TestSupport
import Testing

@testable import RetNet
@testable import RetNetAnalysis
@testable import RetNetCommands
@testable import RetNetTUI
@testable import RetNetText
@testable import RetNetTraining

@Suite("Memory limits")
struct MemoryLimitTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let ones = Array(repeating: "1", count: 30_000).joined(separator: ",")

  /// Expects exit status 2, nothing on stdout, and a last line on stderr with `words`.
  private func refused(_ run: RetNetProgram, _ words: String..., location: SourceLocation = #_sourceLocation) {
    #expect(run.status == 2, "\(run.status): \(run.errors)", sourceLocation: location)
    #expect(run.output.isEmpty, sourceLocation: location)
    for word in ["memory for", "available"] + words {
      #expect(run.errorLines.last?.contains(word) == true, "\(run.errors)", sourceLocation: location)
    }
  }

  #if os(Linux)
    /// Runs the program with a limit of its address space.
    private func limited(_ arguments: [String], gibibytes: Int) throws -> RetNetProgram {
      let line = arguments.map { "'\($0)'" }.joined(separator: " ")
      return try RetNetProgram(shell: "ulimit -v \(gibibytes << 20); exec \"$RETNET\" \(line)")
    }

    @Test("The parallel form of a long text is refused within a limited address space; the chunkwise form runs")
    func parallel() throws {
      let model = try TinyModelFolder()
      let command = ["logits", "--model", model.path, "--tokens", Self.ones, "--threads", "1"]
      // 30,000² scores of 4 bytes are 3.4 GiB.
      refused(try limited(command, gibibytes: 3), "30000 tokens", "3.", "GiB", "--form chunkwise")
      refused(
        try limited(command + ["--form", "chunkwise", "--chunk-length", "30000"], gibibytes: 3), "30000 tokens",
        "64 tokens")
      let run = try limited(command + ["--form", "chunkwise"], gibibytes: 3)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.split(separator: "\n").count == 30_000)
    }

    @Test("An address space without room for the buffers of matrix products is refused, and nothing waits for it")
    func productBuffers() throws {
      let model = try TinyModelFolder()
      // The program itself maps some 300 MiB.
      let run = try RetNetProgram(
        shell: "ulimit -v 420000; exec timeout 60 \"$RETNET\" logits --model '\(model.path)' --tokens 1,2,3 --threads 1"
      )
      refused(run, "matrix products", "ulimit -v")
    }

    @Test("The parallel form of a long file, and of retention alone, is refused too")
    func otherCommands() throws {
      let model = try TinyModelFolder()
      let text = try folder.write("text.txt", String(repeating: "x, ", count: 20_000))
      let command = ["evaluate", "--model", model.path, "--whole", "--text", text, "--threads", "1"]
      refused(try limited(command + ["--form", "parallel"], gibibytes: 3), "--form chunkwise")
      let time = 30_000
      func tensor(_ name: String, _ shape: [Int]) -> SafetensorsWriter.Tensor {
        SafetensorsWriter.Tensor(
          name: name, type: .f32, shape: shape,
          source: .floats(Array(repeating: 0.5, count: shape.reduce(1, *))))
      }
      let cases = folder.path("cases.safetensors")
      try SafetensorsWriter.write(
        [
          tensor("q", [1, 1, time, 2]), tensor("k", [1, 1, time, 2]), tensor("v", [1, 1, time, 2]),
          tensor("gamma", [1]),
        ],
        to: cases)
      refused(try limited(["retain", "--cases", cases], gibibytes: 3), "30000 tokens", "chunkwise")
    }

    @Test("The app refuses a page of the laboratory that exceeds the memory, and the session continues")
    func laboratory() throws {
      let model = try TinyModelFolder(valueDim: 1 << 15)
      let input = "the cat\n:forms costs\n:state\n"
      // q, k, v of 12,224 tokens with values of 4 · 2¹⁵ bytes are 1.5 GiB.
      let run = try RetNetProgram(
        shell:
          "ulimit -v \(3 << 19); printf '\(input)' | \"$RETNET\" chat --plain --max-tokens 2 --model '\(model.path)'")
      #expect(run.status == 0, "\(run.errors)")
      let refusals = run.errorLines.filter { $0.contains("memory for the measurement of the costs") }
      #expect(refusals.count == 1, "\(run.errors)")
      for word in ["GiB", "available", ":model"] { #expect(refusals.first?.contains(word) == true, "\(run.errors)") }
      #expect(run.output.contains("retries"), "\(run.output)")
      #expect(run.output.contains("Layer 0 head 0"), "\(run.output)")
    }

    @Test(
      "The estimates of the laboratory are within a factor of two of the peak memory",
      arguments: [
        (AnalysisRequest.forms(layer: 0, head: 0, chunkLength: 16), "Forms of", 4096, 0),
        (.norms(NormOptions(), layer: 0), "Norms:", 64, 8000), (.costs(layer: 0, chunkLength: 16), "Costs of", 4096, 0),
      ])
    func measuredLaboratory(request: AnalysisRequest, title: String, valueDim: Int, unused: Int) throws {
      let folder = try TinyModelFolder(valueDim: valueDim, unused: unused)
      let run = try Running(
        ["chat", "--plain", "--max-tokens", "1", "--threads", "1", "--model", folder.path], hasInput: true)
      // More tokens than any page computes.
      try run.send(String(repeating: "the cat saw the dog ", count: 128))
      let before = try run.peakAtOutput("\n")
      try run.send(":forms \(request.page.rawValue)")
      let measured = try run.peakAtOutput(title) - before
      let model = try RetNetModel.load(from: folder.path)
      let laboratory = Laboratory(model: model, tokens: Array(repeating: 1, count: 640), norms: model.norms)
      let ratio = laboratory.memory(request).bytes / measured
      #expect((0.5...2).contains(ratio), "\(measured) measured, \(ratio)")
    }

    @Test("The estimate of the parallel form is within a factor of two of the peak memory", arguments: [1, 2])
    func measuredParallel(threads: Int) throws {
      let model = try TinyModelFolder()
      let tokens = Array(repeating: 1, count: 3000)
      func peak(_ form: String) throws -> Double {
        try Running([
          "logits", "--model", model.path, "--tokens", tokens.map(String.init).joined(separator: ","), "--threads",
          "\(threads)", "--form", form,
        ]).peakAtFirstOutput()
      }
      let inference = Inference(try RetNetModel.load(from: model.path), threads: threads)
      func estimate(_ form: RetentionForm) -> Double {
        inference.memory(batch: 1, time: tokens.count, form: form, rows: .all).bytes
      }
      // The difference of two runs has neither the program nor the weights.
      let measured = try peak("parallel") - peak("chunkwise")
      let ratio = (estimate(.parallel) - estimate(.chunkwise(length: 64))) / measured
      #expect((0.5...2).contains(ratio), "\(measured) measured, \(ratio)")
    }

    @Test("The estimate of training is within a factor of two of the peak memory")
    func measuredTraining() throws {
      let data = try folder.write("text.txt", (0..<40).map { "a text of number \($0) in some words\n\n" }.joined())
      func peak(batchTokens: Int) throws -> (measured: Double, estimate: Double) {
        let out = folder.path("out\(batchTokens)")
        let run = try Running([
          "train", "--data", data, "--out", out, "--vocabulary", "bytes", "--steps", "1000", "--length", "32",
          "--batch-tokens", "\(batchTokens)", "--model-dim", "64", "--layers", "3", "--heads", "4", "--threads", "2",
        ])
        let measured = try run.peakAtFirstOutput()
        var options = TrainingOptions(data: [data])
        options.batchTokens = batchTokens
        options.length = 32
        options.threads = 2
        let architecture = try RetNetModel.load(from: out).architecture
        return (measured, MemoryEstimate.training(architecture, options, longest: 60).bytes)
      }
      let (large, small) = (try peak(batchTokens: 16384), try peak(batchTokens: 64))
      let ratio = (large.estimate - small.estimate) / (large.measured - small.measured)
      #expect((0.5...2).contains(ratio), "\(large) and \(small), \(ratio)")
    }
  #endif

  @Test("A model and a batch too large for any machine are refused before training, and the folder has no model")
  func training() throws {
    let data = try folder.write("text.txt", "a short text\n")
    let command = ["train", "--data", data, "--out", folder.path("out"), "--vocabulary", "bytes", "--steps", "1"]
    refused(
      try RetNetProgram(command + ["--model-dim", "16384", "--layers", "256"]), "training a model of", "GiB",
      "--model-dim")
    refused(
      try RetNetProgram(command + ["--model-dim", "4096", "--layers", "8", "--batch-tokens", "16777216"]),
      "--batch-tokens")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out/config.json")))
    #expect(!FileManager.default.fileExists(atPath: folder.path("out/model.safetensors")))
  }
}

/// A run whose memory is measured while its output blocks or it still computes; killed on deinitialization.
private final class Running {
  private let process = Process()
  private let (input, output) = (Pipe(), Pipe())

  /// - Parameter hasInput: whether standard input is what `send` writes.
  init(_ arguments: [String], hasInput: Bool = false) throws {
    process.executableURL = URL(fileURLWithPath: PseudoTerminal.product("retnet"))
    process.arguments = arguments
    if hasInput { process.standardInput = input }
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  func send(_ line: String) throws { try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8)) }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  /// Bytes of main memory that the process has used when its first output arrives. The pipe holds less than the
  /// output, so the process cannot have ended.
  func peakAtFirstOutput() throws -> Double {
    _ = try output.fileHandleForReading.read(upToCount: 1)
    return try peak()
  }

  /// Bytes of main memory that the process has used when its next output has `text`.
  func peakAtOutput(_ text: String) throws -> Double {
    var found = Data()
    while !String(decoding: found, as: UTF8.self).contains(text) {
      let part = output.fileHandleForReading.availableData
      try #require(!part.isEmpty, "the output ends with \(String(decoding: found.suffix(200), as: UTF8.self))")
      found += part
    }
    return try peak()
  }

  private func peak() throws -> Double {
    Double(try #require(PeakMemory.of(process.processIdentifier)))
  }
}
