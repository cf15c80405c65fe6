import ArgumentParser
import Foundation
import RetNet
import RetNetSession
import RetNetTUI
import TerminalKit

/// `retnet generate`: prints a reply or the continuation of a text, token by token.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Generate a reply or continue a text, token by token.",
    discussion: """
      The prompt is a message and the output is the reply. With --raw, or if the model has no chat symbols, the prompt \
      is the start of a text and the output continues it. --form applies to the prompt.

      A terminal receives the text without control characters, a pipe or a file receives it unchanged.

      With --json one line per token: {"token":5,"text":"…","logProbability":…,"entropy":…}, in nats and before any \
      sampling stage. A character is in the text of the token that completes it.
      """)

  @OptionGroup(title: "Model") var model: ModelArguments
  @OptionGroup var persona: PersonaArguments
  @OptionGroup var threads: ThreadArguments
  @Option(
    name: [.customShort("p"), .long], parsing: .unconditional, help: "The prompt; - reads standard input."
  )
  var prompt: String
  @Flag(help: "Continue the prompt as plain text, without chat turns.") var raw = false
  @Option(help: "Maximum number of tokens.") var maxTokens = 256
  @OptionGroup(title: "Sampling") var sampling: SamplingArguments
  @OptionGroup(title: "Form") var form: FormArguments
  @OptionGroup(title: "Norms") var norms: NormArguments
  @OptionGroup var progress: ProgressArguments
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard maxTokens >= 1 else { throw ValidationError("--max-tokens is \(maxTokens), but must be 1 or more.") }
  }

  func run() throws {
    let folder = try model.folder()
    let threads = try self.threads.count()
    let prompt = prompt == "-" ? try StandardInput.text() : prompt
    let tokenizer = try ModelLoading.tokenizer(folder, for: nil)
    let sampling = try self.sampling.applied(to: SamplingOptions.stored(in: folder))
    let model = try ModelLoading.weights(folder, dialect: self.model.dialect)
    let initialState = try persona.state(for: model.configuration, folder: folder)
    let norms = norms.applied(to: model.norms)
    NormArguments.report(norms.retention, in: .recurrent)
    let shown = progress.start("reading the prompt")
    defer { shown.end() }
    let continuesText = TextGenerator.format(tokenizer, of: model).continuesText
    var generator = try TextGenerator(
      prompt, mode: raw || continuesText ? .plain : .chat, model: model, tokenizer: tokenizer,
      form: form.form(default: .chunkwise), norms: norms, sampling: sampling, initialState: initialState,
      threads: threads, progress: shown.update)
    let showsTokens = TTY.isTerminal(STDOUT_FILENO)
    if showsTokens { shown.end() } else { shown.begin("generating", unit: "tokens") }
    if continuesText, !raw { StandardError.message(ModelInfo.continuationNote(ModelCatalog.shownName(folder))) }
    let output = StandardOutput(exact: true)
    let json = JSONWriter(output)
    for count in 0..<maxTokens {
      shown.update(count, of: maxTokens)
      guard let step = try generator.next() else { break }
      if self.json { try write(step, json) } else { try output.write(step.text) }
      try output.flush()
    }
    if !self.json { try output.write("\n") }
    try output.flush()
  }

  private func write(_ step: TextGenerator.Step, _ json: JSONWriter) throws {
    try json.object {
      try json.field("token", step.token)
      try json.field("text", step.text)
      try json.field("logProbability", step.logProbability)
      try json.field("entropy", step.entropy)
    }
    try json.endLine()
  }
}
