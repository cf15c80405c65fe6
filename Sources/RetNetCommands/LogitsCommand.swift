import ArgumentParser
import Foundation
import RetNet
import RetNetSession
import RetNetTUI

/// `retnet logits`: prints the predictions after each of the given tokens.
struct LogitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logits",
    abstract: "Print the logits after each token, in any form.",
    discussion: """
      With --json: {"tokens":[…],"logits":[[one number per vocabulary token] per token]}. Otherwise one line per token \
      with the most probable next tokens. 'retnet tokenize' prints the numbers of a text's tokens.
      """)

  @OptionGroup(title: "Model") var model: ModelArguments
  @OptionGroup var threads: ThreadArguments
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Comma-separated token numbers.", valueName: "1,5,9"))
  var tokens: TokenList
  @OptionGroup(title: "Form") var form: FormArguments
  @OptionGroup(title: "Norms") var norms: NormArguments
  @OptionGroup var progress: ProgressArguments
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let folder = try model.folder()
    let model = try ModelLoading.weights(folder, dialect: self.model.dialect)
    let form = form.form(default: .parallel)
    let norms = norms.applied(to: model.norms)
    NormArguments.report(norms.retention, in: form)
    let output = StandardOutput()
    var state = model.makeState()
    let inference = Inference(model, threads: try threads.count())
    let shown = progress.start("computing the logits", writesResults: true)
    defer { shown.end() }
    inference.progress = shown.update
    if json {
      let json = JSONWriter(output)
      try json.object {
        try json.field("tokens", tokens.tokens)
        try json.field("logits") {
          try json.array {
            try inference.forEachRow(tokens.tokens, form: form, norms: norms, state: &state) { _, logits in
              try json.nested(logits, shape: [logits.count])
            }
          }
        }
      }
      try json.endLine()
    } else {
      let name = try Self.names(folder, model)
      try inference.forEachRow(tokens.tokens, form: form, norms: norms, state: &state) { n, logits in
        let best = NextToken(logits).best(5).map { "\(name($0.token)) \(Self.percent($0.probability))" }
        try output.write("\(n)  \(name(tokens.tokens[n]))  →  \(best.joined(separator: "  ·  "))\n")
      }
    }
    try output.flush()
  }

  /// The name of a token: with its piece if the model has a tokenizer.
  private static func names(_ folder: String, _ model: RetNetModel) throws -> (Int) -> String {
    guard let tokenizer = try ModelLoading.tokenizerIfAny(folder, for: model) else { return { "\($0)" } }
    return { token in tokenizer.pieceIfAny(token).map { "\(token) \($0)" } ?? "\(token)" }
  }

  private static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
}

/// A list of tokens as one argument: `1,5,9`.
struct TokenList: ExpressibleByArgument {
  var tokens: [Int]

  init?(argument: String) {
    var tokens: [Int] = []
    // The model reports an empty list.
    guard !argument.isEmpty else {
      self.tokens = []
      return
    }
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let token = Int(CommandTable.trimmed(part)) else { return nil }
      tokens.append(token)
    }
    self.tokens = tokens
  }
}
