import ArgumentParser
import Foundation
import RetNet
import RetNetAnalysis
import RetNetTUI
import RetNetText
import RetNetTraining
import TerminalKit

/// `retnet evaluate`: measures the loss on text files, and with a suite the replies.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure the loss of a model on text, and the replies of a chat model.",
    discussion: """
      A --dialogue file has blocks of 'U: …' and 'B: …' lines, read in the chat format. A --text file has passages \
      separated by blank lines, or with --whole is one text. Each block, passage or text starts with an empty state \
      and is never split. The file - is standard input.

      With --json: {"tokens":…,"bytes":…,"lossNats":…,"bitsPerByte":…,"perplexity":…}. lossNats is the mean over the \
      predicted tokens, bitsPerByte their total loss divided by the bytes of the file. For several files these are \
      totals, and "files" has the values of each file.

      --suite also generates replies: to probes of recall and manners, in conversations whose replies are checked, and \
      to the user's first turns of conversations drawn from the --dialogue files, if there are any. Sampling values \
      are those of generation_config.json and of the sampling options; the same command gives the same report.

      --last-token predicts the last token of each passage and counts how often it is the most probable one. Passages \
      whose last two tokens also occur earlier in them are counted by distance.

      --suite and --last-token add to the JSON: docs/evaluation.md lists all keys.
      """)

  @OptionGroup(title: "Model") var model: ModelArguments
  @Option(parsing: .upToNextOption, help: ArgumentHelp("Text files.", valueName: "file"), completion: .file()) var text:
    [String] = []
  @Option(parsing: .upToNextOption, help: ArgumentHelp("Dialogue files.", valueName: "file"), completion: .file())
  var dialogue: [String] =
    []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Text files with passages whose last token is predicted.", valueName: "file"),
    completion: .file())
  var lastToken: [String] = []
  @Option(
    help: ArgumentHelp(
      """
      Plot the loss of each file against position, or with --last-token the share of correct last tokens against \
      distance, as SVG.
      """,
      valueName: "file.svg"),
    completion: PlotFile.completion, transform: PlotFile.init)
  var plot: PlotFile?
  @Flag(help: "Read each text file as one text, including blank lines.") var whole = false
  @OptionGroup(title: "Suite") var suite: SuiteArguments
  @OptionGroup var threads: ThreadArguments
  @OptionGroup(title: "Form") var form: FormArguments
  @OptionGroup(title: "Norms") var norms: NormArguments
  @OptionGroup var progress: ProgressArguments
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if text.isEmpty && dialogue.isEmpty && lastToken.isEmpty && suite.suite.isEmpty {
      throw ValidationError("Specify files with --text, --dialogue, --suite or --last-token.")
    }
    if plot != nil && lastToken.isEmpty && text.isEmpty && dialogue.isEmpty {
      throw ValidationError("--plot requires --text, --dialogue or --last-token.")
    }
    if suite.conversations != nil && dialogue.isEmpty {
      throw ValidationError("--conversations requires --dialogue files to draw from.")
    }
  }

  func run() throws {
    try plot?.check()
    try StandardInput.named(in: text + dialogue + lastToken) { try evaluate() }
  }

  private func evaluate() throws {
    let folder = try model.folder()
    let suite = try self.suite.suites(folder, dialogue: dialogue)
    let model = try ModelLoading.weights(folder, dialect: self.model.dialect)
    let form = form.form(default: .chunkwise)
    let norms = norms.applied(to: model.norms)
    NormArguments.report(norms.retention, in: form)
    let threads = try self.threads.count()
    let evaluation = try Evaluation(
      model: model, tokenizer: try ModelLoading.tokenizer(folder, for: model), form: form, norms: norms,
      threads: threads)
    if suite != nil { _ = try ChatFormat(evaluation.tokenizer) }
    let shown = progress.start("evaluating")
    defer { shown.end() }
    let files =
      text.map { (path: $0, reading: whole ? TrainingCorpus.Segmentation.whole : .passages) }
      + dialogue.map { (path: $0, reading: TrainingCorpus.Segmentation.dialogue) }
    let losses = try files.map { path, reading in
      shown.begin("evaluating \(path)")
      return try evaluation.loss(on: path, as: reading, progress: shown.update)
    }
    let scores = try lastToken.map { path in
      shown.begin("evaluating \(path)", unit: "passages")
      return try evaluation.recall(on: path, progress: shown.update)
    }
    let recall =
      scores.isEmpty ? nil : RecallReport(model: ModelCatalog.shownName(folder), scores: scores, decay: model.decay)
    let report = try suite.map { suites, sampling in
      shown.begin("generating replies", unit: "conversations")
      let results = try suites.enumerated().map { index, suite in
        try suite.run(model, evaluation.tokenizer, norms: norms, sampling: sampling, threads: threads) {
          shown.update(index * $1 + $0, of: suites.count * $1)
        }
      }
      return SuiteReport(
        model: ModelCatalog.shownName(folder), losses: losses, sampling: sampling, norms: norms,
        runs: zip(suites, results).map { SuiteReport.Run(seed: $0.seed, result: $1) })
    }
    let positions =
      plot == nil || recall != nil
      ? nil
      : PositionReport(
        model: ModelCatalog.shownName(folder),
        files: try files.map { path, reading in
          shown.begin("evaluating \(path) by position", unit: "documents")
          return (path, try evaluation.lossByPosition(on: path, as: reading, progress: shown.update))
        })
    shown.end()
    if let path = self.suite.report, let report { try AtomicFile.write(report.markdown, to: path) }
    if let chart = recall?.plot ?? positions?.plot { try plot?.write(chart) }
    let output = StandardOutput()
    if json {
      try write(losses, report, recall, JSONWriter(output))
    } else {
      let lossesText = losses.isEmpty ? nil : Self.table(losses)
      try output.write([report?.text ?? lossesText, recall?.text].compactMap(\.self).joined(separator: "\n"))
    }
    try output.flush()
  }

  private func write(
    _ losses: [TextLoss], _ report: SuiteReport?, _ recall: RecallReport?, _ json: JSONWriter
  ) throws {
    func fields(_ loss: TextLoss) throws {
      try json.field("tokens", loss.tokens)
      try json.field("bytes", loss.bytes)
      try json.field("lossNats", loss.meanNats)
      try json.field("bitsPerByte", loss.bitsPerByte)
      try json.field("perplexity", loss.perplexity)
    }
    try json.object {
      if !losses.isEmpty { try fields(TextLoss.total(losses)) }
      if losses.count > 1 {
        try json.field("files") {
          try json.objects(losses) { loss in
            try json.field("path", loss.path)
            try fields(loss)
          }
        }
      }
      try report?.write(json)
      try recall?.write(json)
    }
    try json.endLine()
  }

  static func table(_ losses: [TextLoss]) -> String {
    var table = TextTable([
      ("file", .left), ("tokens", .right), ("bytes", .right), ("nats/token", .right), ("bits/byte", .right),
      ("perplexity", .right),
    ])
    for loss in losses.count > 1 ? losses + [TextLoss.total(losses)] : losses {
      table.add([
        ScreenText.cleaned(loss.path), "\(loss.tokens)", "\(loss.bytes)", String(format: "%.4f", loss.meanNats),
        String(format: "%.4f", loss.bitsPerByte), String(format: "%.2f", loss.perplexity),
      ])
    }
    return table.text
  }
}
