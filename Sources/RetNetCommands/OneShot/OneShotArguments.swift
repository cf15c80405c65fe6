import ArgumentParser
import RetNetSession
import RetNetTUI

/// How a reply ends, and what it may be.
struct ReplyArguments: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "End the reply before this text, in which \\n is a line break. May be repeated.", valueName: "text"),
    transform: StopStrings.unescaped)
  var stop: [String] = []
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The whole reply matches this regular expression.", valueName: "pattern"),
    transform: Self.pattern)
  var regex: ReplyPattern?

  private static func pattern(_ source: String) throws -> ReplyPattern {
    do {
      return try ReplyPattern(parsing: source)
    } catch {
      throw ValidationError("It is not a regular expression that can be used: \(error.reason).")
    }
  }

  func validate() throws {
    if let problem = SamplingOptions.problem(ofStops: stop) {
      throw ValidationError("--stop gives \(problem.found), but it takes \(problem.expected).")
    }
  }

  /// Sets the given values.
  func apply(to choices: inout SamplingChoices) {
    if !stop.isEmpty { choices.stop = stop }
    choices.pattern = regex ?? choices.pattern
  }
}

/// Replies to single prompts and to many of them.
struct OneShotArguments: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "The reply is one of these texts; its probability is reported. Give two or more.", valueName: "text"))
  var choice: [String] = []
  @Option(
    help: ArgumentHelp(
      "Answer the prompts of a file, one a line, as text or as JSON; - reads standard input.", valueName: "file"),
    completion: .file())
  var batch: String?
  @Option(help: "With --json: the number of most probable candidates of each token.") var top = 0
  @Flag(help: "Print JSON.") var json = false

  static let mostCandidates = 100

  func validate() throws {
    guard (0...Self.mostCandidates).contains(top) else {
      throw ValidationError("--top is \(top), but must be from 0 to \(Self.mostCandidates).")
    }
    if top > 0, !json { throw ValidationError("--top needs --json, which has the candidates.") }
    if choice.count == 1 { throw ValidationError("--choice is given once. Give two or more texts.") }
    do throws(ChoiceError) { try ReplyChoices.check(choice) } catch { throw ValidationError(error.description) }
  }

  /// Checks the options together with those of other groups.
  func validate(prompt: String?, _ reply: ReplyArguments) throws {
    if batch != nil, prompt != nil { throw ValidationError("Give either --prompt or --batch.") }
    if !choice.isEmpty, reply.regex != nil { throw ValidationError("Give either --choice or --regex.") }
    if !choice.isEmpty, !reply.stop.isEmpty { throw ValidationError("Give either --choice or --stop.") }
  }
}
