import ArgumentParser
import Foundation
import RetNet
import RetNetAnalysis
import RetNetTUI
import RetNetText
import RetNetTraining
import TerminalKit

/// `retnet evaluate`: how well a model predicts text files, and with a suite what it says.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how well a model predicts text, and how a chat model talks.",
    discussion: """
      A --dialogue file holds blocks of 'U: …' and 'B: …' lines, read in the chat format; a --text file passages with a \
      blank line between them, or with --whole one text. Each block, passage or text begins with an empty state and is \
      never cut.

      With --json: {"tokens":…,"bytes":…,"lossNats":…,"bitsPerByte":…,"perplexity":…}. lossNats is the mean of the \
      predicted tokens, bitsPerByte their whole loss over the bytes of the file. Of several files these are the numbers \
      of all together, and "files" holds each file's.

      With --suite the model talks too. It answers probes of recall and manners, conversations whose replies are \
      checked, and the user's first turns of conversations drawn from the --dialogue files, if there are any. Replies \
      are drawn as its generation_config.json says, or as sampling options do; the same command gives the same report.

      With --last-token the model ends passages: how often is the last token the most probable one? By distance, for such \
      whose last two tokens stand in the passage before.

      To the JSON come "sampling", "conversations": \
      {"count":…,"replies":…,"words":{"median":…,"percentile90":…,"dataMedian":…,"dataPercentile90":…,"medianRatio":…, \
      "percentile90Ratio":…},"tokens":{…},"repeating":{"count":…,"share":…},"cutOff":{…}}, and "recall" and "manners": \
      {"count":…,"matched":…,"share":…,"kinds":{"name":{"count":…,"matched":…,"share":…}…},"probes":[{"kind":…, \
      "messages":[…],"replies":[…],"expect":…,"matched":…}…]}, and "checks": {"count":…,"passed":…,"share":…, \
      "kinds":{"name":{"count":…,"passed":…,"share":…}…},"conversations":{"kind":{…}…},"repeating":{…},"cutOff":{…}, \
      "seeds":[{"seed":…,"passed":…,"share":…}…],"turns":[{"conversation":…,"kind":…,"seed":…,"turn":…,"say":…, \
      "reply":…,"checks":[{"kind":…,"expect":…,"reject":…,"passed":…}…]}…]}. With --seeds a number is the mean, and \
      a field such as "passedRange" has the least and the greatest. With --last-token "lastToken": {"files":[{"path":…,"count":…,"matched":…, \
      "share":…}…],"distances":[{"from":…,"to":…,"count":…,"matched":…,"share":…}…]}.
      """)

  @OptionGroup(title: "Model") var model: ModelArguments
  @Option(parsing: .upToNextOption, help: ArgumentHelp("Text files.", valueName: "file")) var text: [String] = []
  @Option(parsing: .upToNextOption, help: ArgumentHelp("Dialogue files.", valueName: "file")) var dialogue: [String] =
    []
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Text files with passages whose last token is to be told.", valueName: "file"))
  var lastToken: [String] = []
  @Option(help: ArgumentHelp("Draw the share of right last tokens against distance, as SVG.", valueName: "file"))
  var plot: String?
  @Flag(help: "Take each text file as one text, blank lines and all.") var whole = false
  @OptionGroup(title: "Suite") var suite: SuiteArguments
  @OptionGroup var threads: ThreadArguments
  @OptionGroup(title: "Form") var form: FormArguments
  @OptionGroup(title: "Norms") var norms: NormArguments
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if text.isEmpty && dialogue.isEmpty && lastToken.isEmpty && suite.suite.isEmpty {
      throw ValidationError("Give files with --text, --dialogue, --suite or --last-token.")
    }
    if plot != nil && lastToken.isEmpty { throw ValidationError("--plot is for --last-token.") }
    if suite.conversations != nil && dialogue.isEmpty {
      throw ValidationError("--conversations needs --dialogue files, from which they are drawn.")
    }
  }

  func run() throws {
    let folder = try model.folder()
    let suite = try self.suite.suites(folder, dialogue: dialogue)
    let model = try ModelLoading.weights(folder, dialect: self.model.dialect)
    let form = form.form(default: .chunkwise)
    let norms = norms.applied(to: model.norms)
    NormArguments.tell(norms.retention, in: form)
    let threads = try self.threads.count()
    let evaluation = try Evaluation(
      model: model, tokenizer: try ModelLoading.tokenizer(folder, for: model), form: form, norms: norms,
      threads: threads)
    if suite != nil { _ = try ChatFormat(evaluation.tokenizer) }
    let reading = TrainingCorpus.Segmentation.self
    let losses =
      try text.map { try evaluation.loss(on: $0, as: whole ? reading.whole : .passages) }
      + dialogue.map { try evaluation.loss(on: $0, as: .dialogue) }
    let recall =
      lastToken.isEmpty
      ? nil
      : RecallReport(
        model: ModelCatalog.shownName(folder), scores: try lastToken.map(evaluation.recall), decay: model.decay)
    let report = try suite.map { suites, sampling in
      let results = try suites.enumerated().map { index, suite in
        try suite.run(model, evaluation.tokenizer, norms: norms, sampling: sampling, threads: threads) {
          SuiteProgress.show(index * $1 + $0, of: suites.count * $1)
        }
      }
      return SuiteReport(
        model: ModelCatalog.shownName(folder), losses: losses, sampling: sampling, norms: norms,
        runs: zip(suites, results).map { SuiteReport.Run(seed: $0.seed, result: $1) })
    }
    if let path = self.suite.report, let report { try AtomicFile.write(report.markdown, to: path) }
    if let plot, let recall { try AtomicFile.write(recall.plot.svg, to: plot) }
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
