import ArgumentParser
import RetNet

/// `retnet inspect`: shows the contents of a model folder.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show a model's shape, weights, decays and tokenizer.",
    discussion: """
      Shows sizes per group of tensors, the state compared with a Transformer's key/value cache, decays and the \
      vocabulary. Reads every weight, and exits with 1 if one is NaN or infinite.
      """)

  @OptionGroup(title: "Model") var model: ModelArguments
  @OptionGroup var progress: ProgressArguments
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let shown = progress.start("reading the weights")
    defer { shown.end() }
    let report = try ModelReport(folder: model.folder(), dialect: model.dialect, progress: shown.update)
    shown.end()
    let output = StandardOutput()
    if json { try report.write(JSONWriter(output)) } else { try output.write(report.text) }
    try output.flush()
    if !report.damaged.isEmpty { throw ExitCode(1) }
  }
}
