import ArgumentParser
import Foundation
import RetNet
import RetNetAnalysis
import RetNetTUI
import RetNetText
import RetNetTraining

/// `retnet convert`: converts a model to other number types or another dialect.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Convert a model to other number types or another dialect.",
    discussion: """
      Numbers are rounded to the nearest, ties to even; f32 represents bf16 and f16 exactly. int8 and int4 quantize \
      matrices with a scale per 64 columns of a row, and keep vectors; with int4, embedding and head are int8. A \
      quantized model runs directly and can be converted back. Tokenizer, sampling values, licence and model card are \
      copied, and config.json keeps its keys. A tokenizer.model alone gets the files that transformers needs. The destination receives the whole model or nothing.

      Conversion between fla and torchscale requires that both compute the same function; otherwise every obstacle is \
      listed.

      With --json: {"destination":…,"dialect":…,"tensors":…,"parameters":…,"bytes":…,"files":[…],"dropped":[…]}, and \
      with --measure also "measure":{"path":…,"tokens":…,"before":…,"after":…,"difference":…}, with losses in nats per \
      token.
      """)

  @Argument(
    help: ArgumentHelp("A model folder, or the name of a bundled model.", valueName: "source"), completion: .directory)
  var source: String
  @Argument(
    help: ArgumentHelp("The folder to write; created if it does not exist.", valueName: "destination"),
    completion: .directory)
  var destination: String
  @Option(help: "f32, bf16 or f16 for all weights; int8 or int4 for matrices. (default: unchanged)")
  var type: WeightType?
  @Option(help: "The source's dialect: fla or torchscale. (default: detected from config.json and tensor names)")
  var dialect: Dialect?
  @Option(help: "The dialect to write: fla or torchscale. (default: the source's)") var to: Dialect?
  @Option(help: ArgumentHelp("Maximum size of a weights file, in 10^9 bytes.", valueName: "GB")) var shardSize = 5.0
  @Flag(help: "Replace a model in the destination.") var overwrite = false
  @Option(
    help: ArgumentHelp("Measure the loss before and after on this text file; - is standard input.", valueName: "file"),
    completion: .file())
  var measure: String?
  @Flag(help: "The text file has 'U: …' and 'B: …' lines.") var dialogue = false
  @OptionGroup var progress: ProgressArguments
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if dialect == .msr || to == .msr {
      throw ValidationError("msr is a stand-alone module and not a language model: specify fla or torchscale.")
    }
    guard shardSize > 0, shardSize <= 1e6 else {
      throw ValidationError("--shard-size is \(shardSize), but must be above 0 and at most 1000000.")
    }
    if dialogue && measure == nil {
      throw ValidationError("--dialogue requires --measure: it is the format of its file.")
    }
  }

  func run() throws {
    try StandardInput.named(in: measure.map { [$0] } ?? []) { try convert() }
  }

  private func convert() throws {
    let folder = try ModelCatalog.folder(source)
    let target = (destination as NSString).expandingTildeInPath
    var options = ModelConversion.Options()
    options.type = type
    options.sourceDialect = dialect
    options.dialect = to
    options.shardBytes = max(1, Int(shardSize * 1e9))
    options.overwrites = overwrite
    let conversion = try ModelConversion(from: folder, to: target, options)
    let shown = progress.start("converting")
    defer { shown.end() }
    let before = try loss(of: folder, dialect: dialect, shown)
    let report = try write(conversion, shown)
    for note in conversion.notes { StandardError.message(note) }
    let after = try loss(of: target, dialect: nil, shown)
    shown.end()
    let output = StandardOutput()
    let result = ConversionReport(conversion: conversion, written: report, before: before, after: after)
    if json { try result.write(JSONWriter(output)) } else { try output.write(result.text) }
    try output.flush()
  }

  /// Ctrl-C stops between two tensors, so that no partial files remain.
  private func write(_ conversion: ModelConversion, _ shown: CommandProgress) throws -> ModelConversion.Report {
    let stop = StopRequest()
    shown.begin("converting")
    do {
      return try conversion.run(stop: { stop.signal != nil }, progress: shown.update)
    } catch ConversionError.interrupted {
      StandardError.message("\(ConversionError.interrupted)")
      throw ExitCode(128 + (stop.signal ?? SIGINT))
    }
  }

  private func loss(of folder: String, dialect: Dialect?, _ shown: CommandProgress) throws -> TextLoss? {
    guard let measure else { return nil }
    shown.begin("measuring the loss of \(ModelCatalog.shownName(folder))")
    let evaluation = try Evaluation(
      model: try RetNetModel.load(from: folder, dialect: dialect),
      tokenizer: try ModelLoading.tokenizer(folder, for: nil),
      threads: try ThreadSetting.count())
    return try evaluation.loss(on: measure, as: dialogue ? .dialogue : .passages, progress: shown.update)
  }
}

extension WeightType: ExpressibleByArgument {}
