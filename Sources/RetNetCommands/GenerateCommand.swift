import ArgumentParser
import RetNet
import RetNetSession
import RetNetTUI
import TerminalKit

/// `retnet generate`: a reply, or a text gone on with, as it is drawn.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Print what the model says to a prompt, token by token.",
    discussion: """
      The prompt is a message and the result the reply to it; with --raw, or where the model has no symbols for a chat, \
      the prompt is the beginning of a text, and the result goes on with it. --form is how the prompt is read.

      With --json a line per token: {"token":5,"text":"…","logProbability":…,"entropy":…}, in nats and before any \
      sampling stage; a character's text comes with the token that completes it.
      """)

  @OptionGroup(title: "Model") var model: ModelArguments
  @OptionGroup var persona: PersonaArguments
  @OptionGroup var threads: ThreadArguments
  @Option(
    name: [.customShort("p"), .long], parsing: .unconditional, help: "What to say to the model; - reads standard input."
  )
  var prompt: String
  @Flag(help: "Go on with the prompt as plain text, without the chat's turns.") var raw = false
  @Option(help: "The text ends here at the latest.") var maxTokens = 256
  @OptionGroup(title: "Sampling") var sampling: SamplingArguments
  @OptionGroup(title: "Form") var form: FormArguments
  @OptionGroup(title: "Norms") var norms: NormArguments
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
    NormArguments.tell(norms.retention, in: .recurrent)
    let continuesText = TextGenerator.format(tokenizer, of: model).continuesText
    var generator = try TextGenerator(
      prompt, mode: raw || continuesText ? .plain : .chat, model: model, tokenizer: tokenizer,
      form: form.form(default: .chunkwise), norms: norms, sampling: sampling, initialState: initialState,
      threads: threads)
    if continuesText, !raw { StandardError.message(ModelInfo.continuationNote(ModelCatalog.shownName(folder))) }
    let output = StandardOutput()
    let json = JSONWriter(output)
    for _ in 0..<maxTokens {
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
