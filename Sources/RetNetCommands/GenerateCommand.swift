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

      With --json one line per token: {"token":5,"text":"…","logProbability":…,"entropy":…,"piece":"▁the"}, in nats and \
      before any sampling stage, with --top N also the N best candidates. A character is in the text of the token that \
      completes it. The last line is {"summary":{"text":"…","tokens":…,"logProbability":…,"endLogProbability":…, \
      "finish":"end","stop":null,"seed":1}}: all text, the sum over its tokens, ln p of the end, and how the reply ended \
      (end, length, stop or choice).

      --choice replies with one of the given texts. Their probabilities are those of the tokenizer's own encoding and of \
      the end of the reply, divided by their sum; they are on standard error, or with --json one line per choice. \
      Temperature 0 takes the best one, other sampling values draw one.

      --batch answers each line of a file from the initial state. A line is a prompt, or {"prompt":"…","id":"a"}, or \
      {"messages":[{"role":"user","content":"…"},…]} with alternating roles user and assistant. With --json each prompt \
      has one line, which begins with its id, by default the number of the line. A prompt that fails has a line \
      {"id":…,"error":"…"}, or an empty one without --json; the others are answered, and the exit status is 2.
      """)

  @OptionGroup(title: "Model") var model: ModelArguments
  @OptionGroup var persona: PersonaArguments
  @OptionGroup var threads: ThreadArguments
  @Option(
    name: [.customShort("p"), .long], parsing: .unconditional, help: "The prompt; - reads standard input."
  )
  var prompt: String?
  @OptionGroup var oneShot: OneShotArguments
  @Flag(help: "Continue the prompt as plain text, without chat turns.") var raw = false
  @Option(help: "Maximum number of tokens.") var maxTokens = 256
  @OptionGroup var reply: ReplyArguments
  @OptionGroup(title: "Sampling") var sampling: SamplingArguments
  @OptionGroup(title: "Form") var form: FormArguments
  @OptionGroup(title: "Norms") var norms: NormArguments
  @OptionGroup var progress: ProgressArguments

  func validate() throws {
    guard maxTokens >= 1 else { throw ValidationError("--max-tokens is \(maxTokens), but must be 1 or more.") }
    if prompt == nil, oneShot.batch == nil { throw ValidationError("Missing expected argument '--prompt <prompt>'") }
    try oneShot.validate(prompt: prompt, reply)
  }

  func run() throws {
    let folder = try model.folder()
    let threads = try self.threads.count()
    let prompt = prompt == "-" ? try StandardInput.text() : prompt
    let shown = progress.start("reading the prompt")
    defer { shown.end() }
    let shot = try OneShotSetup(
      folder: folder, dialect: model.dialect, persona: persona, threads: threads, raw: raw, norms: norms,
      sampling: sampling.choices, reply: reply, maximumTokens: maxTokens
    ).open(oneShot, form: form.form(default: .chunkwise), shown)
    if let prompt { try shot.answer(prompt) } else if let batch = oneShot.batch { try shot.answerAll(batch) }
  }
}
