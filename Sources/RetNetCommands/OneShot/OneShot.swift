import ArgumentParser
import Foundation
import RetNet
import RetNetSession
import RetNetTUI
import RetNetText
import TerminalKit

/// Replies to prompts, each from the initial state: `retnet generate`, and `retnet -p` with `--json`, `--choice` or
/// `--batch`.
struct OneShot {
  let tokenizer: Tokenizer
  let inference: Inference
  /// A note on a model that continues texts.
  let note: String?
  let mode: TextGenerator.Mode
  let form: RetentionForm
  let norms: NormOptions
  let sampling: SamplingOptions
  let initialState: InitialState?
  let maximumTokens: Int
  let choices: [String]
  /// Candidates of each token in JSON.
  let candidates: Int
  /// nil writes text.
  let json: JSONWriter?
  let output: StandardOutput
  let progress: CommandProgress

  /// The result of one prompt.
  struct Reply {
    var text = ""
    var tokens = 0
    /// Σ ln p of the tokens.
    var logProbability = 0.0
    /// The same among the tokens that the pattern allows.
    var allowedLogProbability = 0.0
    var ending: ReplyEnding?
    /// With choices: their probabilities, and the drawn one.
    var choices: ReplyChoices?
    var drawn = 0
  }

  /// Writes the reply to one prompt, token by token.
  ///
  /// - Throws: `EngineError`, `TextError`, `ModelError`, `OutputError`.
  func answer(_ prompt: String) throws {
    let isShownAtOnce = TTY.isTerminal(STDOUT_FILENO)
    inference.progress = progress.update
    let start = try read(prompt)
    inference.progress = nil
    if isShownAtOnce { progress.end() } else { progress.begin("generating", unit: "tokens") }
    if let note { StandardError.message(note) }
    var count = 0
    let reply = try reply(after: start) { token in
      count += 1
      progress.update(count, of: maximumTokens)
      if let json { try write(token, json) } else { try output.write(token.text) }
      try output.flush()
    }
    if let json {
      for choice in reply.choices?.choices ?? [] {
        try json.object { try writeFields(choice, json) }
        try json.endLine()
      }
      // Within one key, as the texts of all lines together are the reply.
      try json.object { try json.field("summary") { try json.object { try writeFields(reply, json) } } }
      try json.endLine()
    } else {
      // The tokens of other replies are on standard output already.
      try output.write((reply.choices == nil ? "" : reply.text) + "\n")
    }
    try output.flush()
    if json == nil { for note in notes(reply) { StandardError.message(note) } }
  }

  /// Writes the replies to the prompts of a file, one line each in JSON. A prompt that fails has an error instead.
  ///
  /// - Throws: `FileError`, `OutputError`; `ExitCode(2)` at the end if a prompt failed.
  func answerAll(_ path: String) throws {
    var (count, failures) = (0, 0)
    if TTY.isTerminal(STDOUT_FILENO) { progress.end() } else { progress.begin("answering") }
    if let note { StandardError.message(note) }
    for line in try BatchLines(path) {
      count += 1
      do {
        let prompt: BatchPrompt
        do { prompt = try BatchPrompt(line.bytes, number: line.number) }
        try answer(prompt)
      } catch let error as OutputError {
        throw error
      } catch {
        failures += 1
        let id = (error as? BatchError)?.id ?? (try? BatchPrompt(line.bytes, number: line.number).id)
        try fail(id ?? .number(line.number), line.number, error)
      }
      try output.flush()
    }
    progress.end()
    if failures > 0 {
      StandardError.message("\(failures) of \(count) prompts failed.")
      throw ExitCode(2)
    }
  }

  private func answer(_ prompt: BatchPrompt) throws {
    var tokens: [ReplyToken] = []
    let reply = try reply(after: try read(prompt.text, after: prompt.earlier)) {
      if candidates > 0 { tokens.append($0) }
    }
    guard let json else { return try output.write(reply.text + "\n") }
    try json.object {
      try json.field("id", prompt.id)
      try writeFields(reply, json)
      if let choices = reply.choices {
        try json.field("choices") { try json.objects(choices.choices) { try writeFields($0, json) } }
      } else if candidates > 0 {
        try json.field("pieces") { try json.objects(tokens) { try writeFields($0, json) } }
      }
    }
    try json.endLine()
  }

  /// Writes the error of a prompt: in JSON in its line, else on standard error beside an empty line.
  private func fail(_ id: BatchPrompt.ID, _ line: Int, _ error: any Error) throws {
    let text = StandardError.words(error)
    guard let json else {
      StandardError.message("line \(line): \(text)")
      return try output.write("\n")
    }
    try json.object {
      try json.field("id", id)
      try json.field("error", text)
    }
    try json.endLine()
  }

  // MARK: Replies

  private func read(_ prompt: String, after earlier: [Turn] = []) throws -> PromptState {
    if mode == .plain, !earlier.isEmpty { throw OneShotError.messagesWithoutChat }
    return try PromptState(
      prompt, after: earlier, mode: mode, inference, tokenizer: tokenizer, form: form, norms: norms,
      initialState: initialState)
  }

  /// - Parameter receive: called with each token as soon as it is certain; never with choices.
  private func reply(after start: PromptState, _ receive: (ReplyToken) throws -> Void) throws -> Reply {
    var reply = Reply()
    defer { inference.rest() }
    if !choices.isEmpty {
      let all = try ReplyChoices(choices, after: start, inference, norms: norms)
      (reply.choices, reply.drawn) = (all, all.draw(sampling))
      let drawn = all.choices[reply.drawn]
      (reply.text, reply.tokens, reply.logProbability) = (drawn.text, drawn.tokens.count, drawn.logProbability)
      return reply
    }
    var generator = TextGenerator(
      start, inference, norms: norms, sampling: sampling, maximumTokens: maximumTokens, candidates: candidates)
    while let token = try generator.next() {
      reply.text += token.text
      reply.tokens += 1
      reply.logProbability += token.logProbability
      reply.allowedLogProbability += token.allowedLogProbability
      try receive(token)
    }
    reply.ending = generator.ending
    return reply
  }

  /// What standard error reports of a reply as text: the probabilities of choices, or of a reply that matches a pattern.
  private func notes(_ reply: Reply) -> [String] {
    if let choices = reply.choices?.choices {
      let ranked = choices.sorted { $0.logProbability > $1.logProbability }
      let shown = ranked.prefix(10).map { "\($0.text) \(Self.percent($0.probability))" }
      let others = ranked.count > 10 ? " · \(ranked.count - 10) others" : ""
      return [shown.joined(separator: " · ") + others]
    }
    guard sampling.pattern != nil else { return [] }
    if reply.ending == .length {
      return ["the reply has \(reply.tokens) tokens and may not match the pattern; --max-tokens allows more."]
    }
    guard case .finished(let own?, let allowed?) = reply.ending else { return [] }
    return [
      String(
        format: "ln P of the reply is %.2f under the model, and %.2f with the pattern.", reply.logProbability + own,
        reply.allowedLogProbability + allowed)
    ]
  }

  private static func percent(_ probability: Double) -> String { String(format: "%.1f %%", 100 * probability) }
}

enum OneShotError: Error, Equatable, CustomStringConvertible {
  case messagesWithoutChat

  var description: String {
    "The prompt has several messages, but the model continues texts here. Give a prompt, or a model with chat symbols."
  }
}
