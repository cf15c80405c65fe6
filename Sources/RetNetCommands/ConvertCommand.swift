import ArgumentParser
import Foundation
import RetNet
import RetNetAnalysis
import RetNetTUI
import RetNetText
import RetNetTraining

/// `retnet convert`: writes a model with other number types, or in another dialect.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a model with other number types, or in another dialect.",
    discussion: """
      Numbers are rounded to the nearest, ties to even; f32 holds every bf16 and f16 exactly. int8 and int4 round matrices \
      to whole numbers, each 64 of a row with a scale, and leave vectors as they are; under int4 embedding and head are \
      int8. Such a model runs as it is, and converts back. Tokenizer, sampling values and licence are copied, and \
      config.json keeps its keys. The destination gets the whole model or nothing.

      Between fla and torchscale only what computes the same is written; otherwise every obstacle is named.

      With --json: {"destination":…,"dialect":…,"tensors":…,"parameters":…,"bytes":…,"files":[…],"dropped":[…]}, and with \
      --measure also "measure":{"path":…,"tokens":…,"before":…,"after":…,"difference":…}, the losses in nats a token.
      """)

  @Argument(help: ArgumentHelp("The model's folder, or the name of a bundled one.", valueName: "source"))
  var source: String
  @Argument(help: ArgumentHelp("The folder to write, which is made where it is missing.", valueName: "destination"))
  var destination: String
  @Option(help: "f32, bf16 or f16 for all weights, int8 or int4 for matrices. (default: each as it is)")
  var type: WeightType?
  @Option(help: "The source's dialect: fla or torchscale. (default: found from config.json and tensor names)")
  var dialect: Dialect?
  @Option(help: "The dialect to write: fla or torchscale. (default: the source's)") var to: Dialect?
  @Option(help: ArgumentHelp("Largest file of weights, in 10^9 bytes.", valueName: "GB")) var shardSize = 5.0
  @Flag(help: "Replace a model in the destination.") var overwrite = false
  @Option(help: ArgumentHelp("A text on which the loss before and after is measured.", valueName: "file"))
  var measure: String?
  @Flag(help: "The text holds 'U: …' and 'B: …' lines.") var dialogue = false
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if dialect == .msr || to == .msr {
      throw ValidationError("msr is a stand-alone module, no language model: give fla or torchscale.")
    }
    guard shardSize > 0, shardSize <= 1e6 else {
      throw ValidationError("--shard-size is \(shardSize), but must be above 0 and at most 1000000.")
    }
    if dialogue && measure == nil { throw ValidationError("--dialogue says how to read the file of --measure.") }
  }

  func run() throws {
    let folder = try ModelCatalog.folder(source)
    let target = (destination as NSString).expandingTildeInPath
    var options = ModelConversion.Options()
    options.type = type
    options.sourceDialect = dialect
    options.dialect = to
    options.shardBytes = max(1, Int(shardSize * 1e9))
    options.overwrites = overwrite
    let conversion = try ModelConversion(from: folder, to: target, options)
    let before = try loss(of: folder, dialect: dialect)
    let report = try write(conversion)
    ModelLoading.tell(unused: conversion.dropped)
    for note in conversion.notes { StandardError.message(note) }
    let after = try loss(of: target, dialect: nil)
    let output = StandardOutput()
    let result = ConversionReport(conversion: conversion, written: report, before: before, after: after)
    if json { try result.write(JSONWriter(output)) } else { try output.write(result.text) }
    try output.flush()
  }

  /// Ctrl-C ends between two pieces, so that nothing is left behind.
  private func write(_ conversion: ModelConversion) throws -> ModelConversion.Report {
    let stop = StopRequest()
    do {
      return try conversion.run { stop.signal != nil }
    } catch ConversionError.interrupted {
      StandardError.message("\(ConversionError.interrupted)")
      throw ExitCode(128 + (stop.signal ?? SIGINT))
    }
  }

  private func loss(of folder: String, dialect: Dialect?) throws -> TextLoss? {
    guard let measure else { return nil }
    let evaluation = try Evaluation(
      model: try RetNetModel.load(from: folder, dialect: dialect),
      tokenizer: try ModelLoading.tokenizer(folder, for: nil),
      threads: try ThreadSetting.count())
    return try evaluation.loss(on: measure, as: dialogue ? .dialogue : .passages)
  }
}

extension WeightType: ExpressibleByArgument {}
