import Foundation
import RetNet
import RetNetAnalysis
import RetNetSession
import RetNetTUI
import RetNetText

extension DoctorReport.Group {
  /// The weights that are read without `--full`: fewer than are read in a second.
  private static let quickBytes = 32 << 20

  static func model(_ arguments: ModelArguments, isFull: Bool) -> DoctorReport.Group {
    var group = DoctorReport.Group("Model")
    do {
      let folder = try arguments.folder()
      group.ok("folder", folder)
      try group.addModel(folder, arguments.dialect, isFull: isFull)
    } catch {
      group.problem("model", "cannot be used", StandardError.words(error))
    }
    return group
  }

  private mutating func addModel(_ folder: String, _ dialect: Dialect?, isFull: Bool) throws {
    let files = try TensorFiles(folder: folder)
    let reads = isFull || files.byteCount <= Self.quickBytes
    let (model, report) = try RetNetModel.loadReporting(
      from: folder, dialect: dialect, storage: reads ? .automatic : .mapped)
    let c = model.configuration
    ok("shape", "\(c.layers) layers × \(c.heads) heads, d_k \(c.headDim), d_v \(c.headValueDim), width \(c.modelDim)")
    ok("weights", "\(Self.size(Double(files.byteCount))), \(Numbers.grouped(model.parameterCount)) parameters")
    ok("state", Self.size(Double(c.stateBytes)))
    if report.isNative {
      ok("dialect", c.dialect.rawValue)
    } else {
      note(
        "dialect", c.dialect.rawValue, "Another program wrote the checkpoint: found from \(report.dialect.evidence).")
    }
    if reads {
      try addWeights(folder, files, model)
    } else {
      note("hash", "not computed", "The weights are large. --full reads and checks them.")
    }
    if FileManager.default.fileExists(atPath: ModelFolder.path(folder, ModelCard.file)) {
      ok("card", ModelCard.file)
    } else {
      note("card", "none", "The folder has no \(ModelCard.file) that says where the model is from.")
    }
    _ = try SamplingOptions.stored(in: folder)
    let hasSampling = FileManager.default.fileExists(atPath: ModelFolder.path(folder, ModelFolder.samplingFile))
    if hasSampling {
      ok("sampling", ModelFolder.samplingFile)
    } else {
      note("sampling", "default values", "The folder has no \(ModelFolder.samplingFile).")
    }
    try addTokenizer(folder, model)
    if isFull { try addMeasurements(model) }
  }

  private mutating func addWeights(_ folder: String, _ files: TensorFiles, _ model: RetNetModel) throws {
    ok("hash", try SessionFile.hash(ofModelIn: folder))
    let damaged = try TensorSummary.summaries(of: files) { _, _ in }.filter { !$0.isFinite }
    if let first = damaged.first {
      problem("values", "NaN or infinity in '\(first.name)'", "'retnet inspect' lists all. Restore the file.")
    } else {
      ok("values", "all finite")
    }
  }

  private mutating func addTokenizer(_ folder: String, _ model: RetNetModel) throws {
    guard let tokenizer = try ModelLoading.tokenizerIfAny(folder, for: model) else {
      return problem(
        "tokenizer", "none", "The model cannot read or write text; put its tokenizer.model into the folder.")
    }
    let file = ModelFolder.tokenizer(in: folder) ?? ""
    ok("tokenizer", "\(file), \(Numbers.grouped(tokenizer.vocabularySize)) pieces")
    if !tokenizer.hasAllBytes {
      note("byte pieces", "not all", "Characters without a piece become the unknown symbol.")
    }
    if TextGenerator.format(tokenizer, of: model).continuesText {
      note("chat symbols", "none", "The model continues texts instead of answering messages.")
    } else {
      ok("chat symbols", "all four")
    }
  }

  /// A short verification, and the speed of one second of steps.
  private mutating func addMeasurements(_ model: RetNetModel) throws {
    var random = SeededGenerator(seed: 1)
    let tokens = (0..<64).map { _ in Int.random(in: 0..<model.configuration.vocabularySize, using: &random) }
    let verification = try Verification(
      model, tokens: tokens, norms: model.norms, forms: Verification.forms(time: tokens.count)
    ) { _, _ in }
    if verification.passed {
      ok("forms", "agree on \(tokens.count) tokens within their rounding bounds")
    } else {
      problem("forms", "differ", "'retnet verify' names layer, head and form.")
    }
    let inference = Inference(model, threads: try ThreadSetting.count())
    defer { inference.rest() }
    var (state, count) = (model.makeState(), 0)
    let clock = ContinuousClock()
    let start = clock.now
    while clock.now - start < .seconds(1) {
      _ = try inference.step(tokens[count % tokens.count], norms: model.norms, state: &state)
      count += 1
    }
    ok("speed", String(format: "%.0f tokens a second", Double(count) / ((clock.now - start) / .seconds(1))))
  }
}
